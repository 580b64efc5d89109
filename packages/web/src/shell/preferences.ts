import { languages, type LanguageCode } from '../words/language.ts';
import { storeOf, type SettableStore, type Store } from './store.ts';

/** What one has chosen about the app itself: nothing secret, so it is kept in localStorage. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  readonly language: 'system' | LanguageCode;
  /** One looks around without having signed in. */
  readonly welcomed: boolean;
  /** There was an account, or a chat, when the page was here last. */
  readonly used: boolean;
}

const name = 'strongroom-preferences';
const defaults: Preferences = { theme: 'system', language: 'system', welcomed: false, used: false };
const store: SettableStore<Preferences> = storeOf(read());

/** What one has chosen. */
export const preferences: Store<Preferences> = store;

/** Changes something of it, and keeps it where the browser allows that. */
export function prefer(change: Partial<Preferences>): void {
  store.set({ ...store.get(), ...change });
  try {
    localStorage.setItem(name, JSON.stringify(store.get()));
  } catch {
    // It then holds until the page is closed.
  }
}

function read(): Preferences {
  try {
    return parsePreferences(localStorage.getItem(name) ?? '');
  } catch {
    return defaults;
  }
}

/** What a kept text says; what makes no sense in it is as by default. */
export function parsePreferences(text: string): Preferences {
  const { theme, language, welcomed, used } = parse(text);
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    language:
      typeof language === 'string' && Object.hasOwn(languages, language)
        ? (language as LanguageCode)
        : 'system',
    welcomed: welcomed === true,
    used: used === true,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
