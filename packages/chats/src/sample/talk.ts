import type { Dice } from './dice.ts';
import { emoji, type Language } from './words/language.ts';

/** One message as somebody might type it. */
export function say(dice: Dice, language: Language): string {
  if (dice.chance(0.06)) return dice.pick(emoji).repeat(dice.between(1, 3));
  const parts = Array.from({ length: sentences(dice) }, () => phrase(dice, language));
  return dice.chance(0.2) ? `${joined(parts)} ${dice.pick(emoji)}` : joined(parts);
}

/** What a message becomes when its writer corrects it. */
export function correct(dice: Dice, language: Language, text: string): string {
  return dice.chance(0.5) ? `${text} ${dice.pick(emoji)}` : joined([text, full(dice, language)]);
}

// People end what is followed by something, and leave the last sentence open.
function joined(parts: readonly string[]): string {
  return parts
    .map((part, at) => (at < parts.length - 1 && /[\p{L}\p{N}]$/u.test(part) ? `${part}.` : part))
    .join(' ');
}

function sentences(dice: Dice): number {
  return dice.chance(0.12) ? dice.between(2, 4) : 1;
}

function phrase(dice: Dice, language: Language): string {
  return dice.chance(0.35) ? dice.pick(language.short) : full(dice, language);
}

function full(dice: Dice, language: Language): string {
  return dice
    .pick(language.sentences)
    .replace(/\{([a-z]+)\}/g, (_, slot: string) => dice.pick(language.slots[slot]!));
}
