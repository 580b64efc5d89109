import { arabic } from './words/arabic.ts';
import { english } from './words/english.ts';
import { german } from './words/german.ts';
import { hindi } from './words/hindi.ts';
import { portuguese } from './words/portuguese.ts';
import { spanish } from './words/spanish.ts';
import type { Language } from './words/language.ts';

/** Most spoken first. */
export const languages: readonly Language[] = [english, german, spanish, portuguese, hindi, arabic];
