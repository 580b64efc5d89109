import { toHex } from '@strongroom/core';
import type { Dice } from './dice.ts';
import { longTail } from './people.ts';
import { say } from './talk.ts';
import type { Language } from './words/language.ts';

/** A chat with its row in the database. */
export interface Chat {
  readonly row: number;
  readonly language: Language;
  /** Row ids of a group's members without me; empty for a direct chat. */
  readonly members: readonly number[];
}

/** A message before it is a row. */
export interface Message {
  readonly chat: Chat;
  readonly fromMe: boolean;
  /** Random, 32 hexadecimal digits. */
  readonly keyId: string;
  /** The member who wrote it; 0 in direct chats and for my own. */
  readonly sender: number;
  readonly time: number;
  readonly text: string;
  readonly quoted: Message | null;
}

const pause = 20 * 60_000;
const remembered = 12;

/** What is written at these times: conversations that go on for a while, replies, now and then another chat. */
export function* history(
  dice: Dice,
  chats: readonly Chat[],
  times: Iterable<number>,
): Generator<Message, void, undefined> {
  const choose = longTail(dice, chats.length);
  const recent = new Map<Chat, Message[]>();
  let last: Message | null = null;
  for (const time of times) {
    const goesOn = last !== null && time - last.time < pause && dice.chance(0.75);
    const chat: Chat = goesOn ? last!.chat : chats[choose()]!;
    last = message(dice, chat, time, recent.get(chat) ?? []);
    remember(recent, last);
    yield last;
  }
}

function message(dice: Dice, chat: Chat, time: number, before: readonly Message[]): Message {
  const fromMe = dice.chance(chat.members.length > 0 ? 0.18 : 0.48);
  return {
    chat,
    fromMe,
    keyId: toHex(dice.bytes(16)).toUpperCase(),
    sender: fromMe || chat.members.length === 0 ? 0 : dice.pick(chat.members),
    time,
    text: say(dice, chat.language),
    quoted: before.length > 0 && dice.chance(0.08) ? dice.pick(before) : null,
  };
}

function remember(recent: Map<Chat, Message[]>, message: Message): void {
  const list = recent.get(message.chat) ?? [];
  // What a reply quotes is quoted without what that one quoted: no chain is kept in memory.
  list.push({ ...message, quoted: null });
  if (list.length > remembered) list.shift();
  recent.set(message.chat, list);
}
