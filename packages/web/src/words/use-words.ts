import { createContext, use } from 'react';
import { en, type Words } from './en.ts';
import { formatOf, type Format } from './format.ts';

/** A language: its texts, and how it writes numbers and times. */
export interface Language {
  readonly words: Words;
  readonly format: Format;
}

/** The language that what is in it speaks. */
export const LanguageContext: React.Context<Language> = createContext<Language>({
  words: en,
  format: formatOf('en'),
});

/** Every text of the app, in the person's language. */
export function useWords(): Words {
  return use(LanguageContext).words;
}

/** How numbers, sizes and times are written in the person's language. */
export function useFormat(): Format {
  return use(LanguageContext).format;
}
