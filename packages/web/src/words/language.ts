import { en, type Words } from './en.ts';
import { formatOf } from './format.ts';
import type { Language } from './use-words.ts';

/** The languages that the app speaks, each named by itself. */
export const languages = { en: 'English', de: 'Deutsch' } as const;

/** A language that the app speaks. */
export type LanguageCode = keyof typeof languages;

const wordsOf: { readonly [L in LanguageCode]: () => Promise<Words> } = {
  en: async () => en,
  de: async () => (await import('./de.ts')).de,
};

/** The first of the wished languages that the app speaks, with the region it was wished with; else English. */
export function chooseLanguage(wished: readonly string[]): {
  readonly code: LanguageCode;
  readonly locale: string;
} {
  for (const locale of wished) {
    const code = locale.toLowerCase().split('-')[0];
    if (code !== undefined && isSpoken(code) && isLocale(locale)) return { code, locale };
  }
  return { code: 'en', locale: 'en' };
}

/** A language with its code. */
export type SpokenLanguage = Language & { readonly code: LanguageCode };

// Whoever asks twice gets the same: another one would have every screen drawn again.
const known = new Map<string, Promise<SpokenLanguage>>();

/** Reads in the words of a language. */
export function loadLanguage(wished: readonly string[]): Promise<SpokenLanguage> {
  const { code, locale } = chooseLanguage(wished);
  const loading = known.get(locale) ?? readIn(code, locale);
  known.set(locale, loading);
  // A network that fails may be there the next time.
  loading.catch(() => known.delete(locale));
  return loading;
}

async function readIn(code: LanguageCode, locale: string): Promise<SpokenLanguage> {
  return { code, words: await wordsOf[code](), format: formatOf(locale) };
}

function isSpoken(code: string): code is LanguageCode {
  return Object.hasOwn(languages, code);
}

function isLocale(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
}
