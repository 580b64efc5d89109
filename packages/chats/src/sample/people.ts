import type { Dice } from './dice.ts';
import { languages } from './words.ts';
import type { Language } from './words/language.ts';

/** One conversation, before it has a row in the database. */
export interface Conversation {
  /** Digits of the other person's number, or of the group's founder. */
  readonly phone: string;
  readonly language: Language;
  /** The contact's name, or the group's subject. */
  readonly name: string;
  /** Numbers of a group's members without me; empty for a direct chat. */
  readonly members: readonly string[];
}

const shares = [0.38, 0.58, 0.73, 0.85, 0.94, 1];
const groupShare = 0.28;

/** `count` conversations, the liveliest first. */
export function conversations(dice: Dice, count: number): readonly Conversation[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, () => conversation(dice, taken));
}

function conversation(dice: Dice, taken: Set<string>): Conversation {
  const language = languageFrom(dice.next());
  const group = dice.chance(groupShare);
  const members = Array.from({ length: group ? dice.between(3, 24) : 0 }, () => phoneIn(dice, language));
  const name = group ? subject(dice, language, taken) : contact(dice, language, taken);
  return { phone: phoneIn(dice, language), language, name, members };
}

function languageFrom(chance: number): Language {
  return languages[shares.findIndex((upTo) => chance < upTo)]!;
}

/** The language spoken at a number. */
export function languageOf(phone: string): Language {
  return languages.find(({ prefix }) => phone.startsWith(prefix)) ?? languages[0]!;
}

function phoneIn(dice: Dice, { prefix }: Language): string {
  return `${prefix}7${dice.between(100_000_000, 999_999_999)}`;
}

function contact(dice: Dice, { names }: Language, taken: Set<string>): string {
  const full = names.filter((name) => /^\S+ \S+$/.test(name) && !name.includes('('));
  const mixed = (): string => `${dice.pick(full).split(' ')[0]} ${dice.pick(full).split(' ')[1]}`;
  return untaken(taken, () => dice.pick(names), mixed);
}

function subject(dice: Dice, { groups }: Language, taken: Set<string>): string {
  return untaken(
    taken,
    () => dice.pick(groups),
    () => `${dice.pick(groups)} ${dice.between(2, 99)}`,
  );
}

function untaken(taken: Set<string>, ...ways: readonly (() => string)[]): string {
  for (let attempt = 0; ; attempt++) {
    // The plain names first, then what can be put together from them, then numbered ones.
    const name = ways[Math.min(attempt >> 2, ways.length - 1)]!();
    const unique = attempt < 20 ? name : `${name} ${attempt}`;
    if (taken.has(unique)) continue;
    taken.add(unique);
    return unique;
  }
}

/** A chooser of chats by a long tail: the first is chosen most, most of the others seldom. */
export function longTail(dice: Dice, count: number): () => number {
  const upTo: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) upTo.push((sum += rank ** -1.05));
  return () => {
    const at = dice.next() * sum;
    return upTo.findIndex((limit) => at < limit);
  };
}
