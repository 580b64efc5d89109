import { type Bytes, utf8 } from '@strongroom/core';
import { day, timesOf } from '../sample/calendar.ts';
import { type Dice, diceOf } from '../sample/dice.ts';
import { type Conversation, conversations, longTail } from '../sample/people.ts';
import { say } from '../sample/talk.ts';
import type { ChatStore } from '../store/chat-store.ts';
import type { MessageKind, NewMessage } from '../store/views.ts';
import type { MediaSink } from '../whatsapp/import-export.ts';
import { landscape } from './picture.ts';
import { voiceNote } from './voice-note.ts';

export interface SampleChatsOptions {
  /** In all chats together. */
  readonly messages?: number;
  readonly media?: number;
  readonly chats?: number;
  readonly seed?: number;
  /** When the last messages were written, milliseconds since 1970. */
  readonly now?: number;
  readonly days?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (filesDone: number, filesTotal: number) => void;
}

interface Talk extends Conversation {
  readonly id: number;
  readonly people: readonly string[];
  /** Keys of the messages that are there already. */
  readonly known: ReadonlyMap<string, unknown>;
}

/**
 * Fills a store with made-up chats in several languages, with pictures and voice notes that can be seen and heard.
 * The same seed makes the same chats; what is there already is not written twice.
 * @returns how much was added
 */
export async function sampleChats(
  store: ChatStore,
  sink: MediaSink,
  options: SampleChatsOptions = {},
): Promise<{ readonly messages: number; readonly media: number }> {
  const { messages = 2000, media = 40, chats = 12, seed = 1, now = Date.now(), days = 60 } = options;
  const dice = diceOf(seed);
  // To the hour, so that the same sample on the same day is the same.
  const end = Math.floor(now / 3_600_000) * 3_600_000;
  const talks = conversations(dice, chats).map((talk) => begin(store, dice, talk, end - days * day));
  const times = timesOf(dice, messages, end - days * day, days).filter((time) => time < end);
  const shift = end - 60_000 - (times.at(-1) ?? end);
  const choose = longTail(dice, talks.length);
  const perChat = new Map<number, NewMessage[]>();
  const withMedia = everyNth(times.length, media);
  let files = 0;
  for (const [index, time] of times.entries()) {
    options.signal?.throwIfAborted();
    const talk = talks[choose()]!;
    const message = await write(
      store,
      sink,
      dice,
      talk,
      time + shift,
      `S${seed}-${end}-${index}`,
      withMedia.has(index),
    );
    if (message.media !== undefined) {
      files++;
      options.onProgress?.(files, withMedia.size);
    }
    perChat.set(talk.id, [...(perChat.get(talk.id) ?? []), message]);
  }
  let added = 0;
  for (const [id, list] of perChat) added += store.add(id, list).length;
  return { messages: added, media: files };
}

function begin(store: ChatStore, dice: Dice, talk: Conversation, at: number): Talk {
  const isGroup = talk.members.length > 0;
  const id = store.chatNamed(talk.name, isGroup, at);
  const people = isGroup ? talk.members.slice(0, 5).map(() => dice.pick(talk.language.names)) : [talk.name];
  return { ...talk, id, people: [...new Set(people)], known: store.keysOf(id) };
}

function everyNth(length: number, count: number): ReadonlySet<number> {
  const many = Math.min(count, length);
  return new Set(Array.from({ length: many }, (_, at) => Math.floor(((at + 0.7) * length) / many)));
}

async function write(
  store: ChatStore,
  sink: MediaSink,
  dice: Dice,
  talk: Talk,
  at: number,
  key: string,
  withMedia: boolean,
): Promise<NewMessage> {
  const mine = dice.chance(talk.members.length > 0 ? 0.2 : 0.47);
  const from = mine ? {} : { from: dice.pick(talk.people) };
  const text = say(dice, talk.language);
  if (!withMedia) return { key, at, mine, ...from, kind: 'text', text };
  const file = await made(dice, talk, at);
  const path = store.mediaPath(talk.id, file.name);
  if (!talk.known.has(key)) await sink.write(path, new Blob([file.bytes]).stream());
  const media = { path, name: file.name, type: file.type, size: file.bytes.length };
  return { key, at, mine, ...from, kind: file.kind, text: dice.chance(0.3) ? text : '', media };
}

interface Made {
  readonly kind: MessageKind;
  readonly name: string;
  readonly type: string;
  readonly bytes: Bytes;
}

async function made(dice: Dice, { language }: Talk, at: number): Promise<Made> {
  const stamp = new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
  const number = String(dice.between(1, 9999)).padStart(4, '0');
  const which = dice.next();
  if (which < 0.7) {
    const name = `IMG-${stamp}-WA${number}.png`;
    return { kind: 'image', name, type: 'image/png', bytes: await landscape(dice) };
  }
  if (which < 0.9)
    return { kind: 'voice', name: `PTT-${stamp}-WA${number}.wav`, type: 'audio/wav', bytes: voiceNote(dice) };
  const lines = Array.from({ length: dice.between(10, 60) }, () => say(dice, language));
  return {
    kind: 'document',
    name: `DOC-${stamp}-WA${number}.txt`,
    type: 'text/plain',
    bytes: utf8(`${lines.join('\n')}\n`),
  };
}
