import { type Bytes, utf8 } from '@strongroom/core';
import { day, timesOf } from '../sample/calendar.ts';
import { type Dice, diceOf } from '../sample/dice.ts';
import { type Conversation, conversations, longTail } from '../sample/people.ts';
import { say } from '../sample/talk.ts';
import type { ChatStore } from '../store/chat-store.ts';
import type { MessageKind, NewMessage } from '../store/views.ts';
import { throwIfCancelled } from '../whatsapp/cancelled.ts';
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

/** A message and its talk; `file` throws the dice of the file that it is to have. */
interface Planned {
  readonly talk: Talk;
  readonly message: NewMessage & { readonly key: string };
  readonly file?: Dice;
}

// Files that are made and written at the same time: a browser takes its time for each.
const filesAtOnce = 8;

/**
 * Fills a store with made-up chats in several languages, with pictures and voice notes that can be seen and heard.
 * The same seed makes the same chats; what is there already is not written twice. Files come first, then all messages
 * at once.
 * @returns how much was added
 */
export async function sampleChats(
  store: ChatStore,
  sink: MediaSink,
  options: SampleChatsOptions = {},
): Promise<{ readonly messages: number; readonly media: number }> {
  const { signal, onProgress } = options;
  const planned = plan(store, options);
  const withFiles = planned.filter(({ file }) => file !== undefined);
  const written: Planned[] = planned.filter(({ file }) => file === undefined);
  for (let at = 0; at < withFiles.length; at += filesAtOnce) {
    throwIfCancelled(signal);
    const some = withFiles.slice(at, at + filesAtOnce);
    written.push(...(await Promise.all(some.map((one) => withMedia(store, sink, one)))));
    onProgress?.(at + some.length, withFiles.length);
  }
  throwIfCancelled(signal);
  return { messages: store.addAll(perChat(written)).length, media: withFiles.length };
}

function plan(store: ChatStore, options: SampleChatsOptions): readonly Planned[] {
  const { messages = 2000, media = 40, chats = 12, seed = 1, now = Date.now(), days = 60 } = options;
  const dice = diceOf(seed);
  // To the hour, so that the same sample on the same day is the same.
  const end = Math.floor(now / 3_600_000) * 3_600_000;
  const talks = begin(store, dice, conversations(dice, chats), end - days * day);
  const times = timesOf(dice, messages, end - days * day, days).filter((time) => time < end);
  const shift = end - 60_000 - (times.at(-1) ?? end);
  const choose = longTail(dice, talks.length);
  const isWithMedia = everyNth(times.length, media);
  return Array.from(times, (time, index) => {
    const talk = talks[choose()]!;
    const message = said(dice, talk, time + shift, `S${seed}-${end}-${index}`);
    return { talk, message, ...(isWithMedia.has(index) && { file: diceOf(seed, index) }) };
  });
}

function begin(store: ChatStore, dice: Dice, all: readonly Conversation[], at: number): readonly Talk[] {
  const ids = store.chatsNamed(
    all.map(({ name, members }) => ({ title: name, isGroup: members.length > 0 })),
    at,
  );
  return all.map((talk, index) => {
    const id = ids[index]!;
    const members = talk.members.slice(0, 5).map(() => dice.pick(talk.language.names));
    const people = members.length > 0 ? members : [talk.name];
    return { ...talk, id, people: [...new Set(people)], known: store.keysOf(id) };
  });
}

function everyNth(length: number, count: number): ReadonlySet<number> {
  const many = Math.min(count, length);
  return new Set(Array.from({ length: many }, (_, at) => Math.floor(((at + 0.7) * length) / many)));
}

function said(dice: Dice, talk: Talk, at: number, key: string): Planned['message'] {
  const mine = dice.chance(talk.members.length > 0 ? 0.2 : 0.47);
  const from = mine ? {} : { from: dice.pick(talk.people) };
  return { key, at, mine, ...from, kind: 'text', text: say(dice, talk.language) };
}

async function withMedia(
  store: ChatStore,
  sink: MediaSink,
  { talk, message, file }: Planned,
): Promise<Planned> {
  if (file === undefined) return { talk, message };
  const { kind, name, type, bytes } = await made(file, talk, message.at);
  const path = store.mediaPath(talk.id, name);
  if (!talk.known.has(message.key)) await sink.write(path, new Blob([bytes]).stream());
  const text = file.chance(0.3) ? message.text : '';
  return { talk, message: { ...message, kind, text, media: { path, name, type, size: bytes.length } } };
}

/** The messages of each chat, in the order of their times. */
function perChat(written: readonly Planned[]): Iterable<readonly [number, readonly NewMessage[]]> {
  const inOrder = written.toSorted((a, b) => a.message.at - b.message.at);
  const chats = Map.groupBy(inOrder, ({ talk }) => talk.id);
  return Array.from(chats, ([id, list]) => [id, list.map(({ message }) => message)] as const);
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
