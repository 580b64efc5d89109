import { existsSync } from 'node:fs';
import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { nodeSqlite, sha256Base64 } from '@strongroom/chats/node';
import {
  addChats,
  addMessages,
  conversations,
  dateDigits,
  day,
  type Dice,
  diceOf,
  editMessages,
  history,
  kindsOf,
  type MediaFile,
  mediaFile,
  readChats,
  schema,
  startOfDay,
  timesOf,
} from '@strongroom/chats/sample';
import type { SqlDatabase } from '@strongroom/chats';
import { StrongroomError } from '@strongroom/core';

const firstDay = Date.UTC(2024, 6, 1);
const days = 730;

export interface SampleOptions {
  readonly seed?: number;
  /** Rows in `message`, the notices that chats begin with included. */
  readonly messages?: number;
  readonly chats?: number;
  /** Files under `Media/`. */
  readonly media?: number;
}

export interface DayOptions {
  readonly seed?: number;
  readonly messages?: number;
  readonly media?: number;
  /** Old messages that are corrected or starred, in turn. */
  readonly edits?: number;
}

/** What a call has added. */
export interface SampleInfo {
  /** Path of `Databases/msgstore.db`. */
  readonly database: string;
  /** Size of the whole database, bytes. */
  readonly databaseBytes: number;
  readonly chats: number;
  readonly messages: number;
  readonly edits: number;
  /** Paths of the media files from the sample's folder, with `/`. */
  readonly media: readonly string[];
  /** Their sizes together, bytes. */
  readonly mediaBytes: number;
}

/**
 * Makes a folder such as WhatsApp keeps on a phone: two years of chats in several languages, and their media.
 * The same options make the same bytes, wherever and whenever.
 * @throws StrongroomError target-not-empty when the folder holds chats already
 */
export async function makeSample(dir: string, options: SampleOptions = {}): Promise<SampleInfo> {
  const { seed = 1, messages = 50_000, chats = 200, media = 300 } = options;
  const database = databaseIn(dir);
  if (existsSync(database)) throw new StrongroomError('target-not-empty', { path: dir });
  const dice = diceOf(seed);
  const times = timesOf(dice, messages, firstDay, days);
  const files = await writeMedia(dir, dice, times, media);
  await mkdir(dirname(database), { recursive: true });
  change(database, (db) => {
    db.exec(schema);
    const made = addChats(db, conversations(dice, chats), firstDay);
    addMessages(db, dice, history(dice, made, times), files, sha256Base64);
  });
  return finish(database, files, { chats, messages, edits: 0 });
}

/**
 * Lets one more day pass in a sample: new messages and media, a few old messages corrected or starred.
 * @throws StrongroomError source-missing when there is no sample in the folder
 */
export async function liveADay(dir: string, options: DayOptions = {}): Promise<SampleInfo> {
  const { seed = 1, messages = 200, media = 5, edits = 5 } = options;
  const database = databaseIn(dir);
  if (!existsSync(database)) throw new StrongroomError('source-missing', { path: database });
  const today = startOfDay(lastTime(database)) + day;
  const dice = diceOf(seed, today / day);
  const times = timesOf(dice, messages, today, 1);
  const files = await writeMedia(dir, dice, times, media);
  change(database, (db) => {
    editMessages(db, dice, edits, today);
    addMessages(db, dice, history(dice, readChats(db), times), files, sha256Base64);
  });
  return finish(database, files, { chats: 0, messages, edits });
}

function databaseIn(dir: string): string {
  return join(dir, 'Databases', 'msgstore.db');
}

/** Media for some of the messages, by the index of the message. */
async function writeMedia(
  dir: string,
  dice: Dice,
  times: Float64Array,
  count: number,
): Promise<ReadonlyMap<number, MediaFile>> {
  const files = new Map<number, MediaFile>();
  const numbers = new Map<string, number>();
  const indexes = someOf(dice, times.length, count);
  for (const [at, kind] of kindsOf(dice, indexes.length).entries()) {
    const time = times[indexes[at]!]!;
    const number = (numbers.get(dateDigits(time)) ?? 0) + 1;
    numbers.set(dateDigits(time), number);
    const file = mediaFile(dice, kind, time, number);
    await writeDated(join(dir, file.path), file.bytes, time);
    files.set(indexes[at]!, file);
  }
  return files;
}

function someOf(dice: Dice, length: number, count: number): readonly number[] {
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, length)) chosen.add(dice.between(0, length - 1));
  return [...chosen].toSorted((a, b) => a - b);
}

async function writeDated(path: string, bytes: Uint8Array, time: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  await utimes(path, time / 1000, time / 1000);
}

function change(database: string, work: (db: SqlDatabase) => void): void {
  const db = nodeSqlite(database);
  try {
    // No write-ahead log, and no waiting for the disk: a sample that breaks is made anew.
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF');
    db.transaction(() => work(db));
  } finally {
    db.close();
  }
}

function lastTime(database: string): number {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    return Number(
      db.prepare('SELECT coalesce(max(timestamp), ?) AS last FROM message').get(firstDay)!['last'],
    );
  } finally {
    db.close();
  }
}

async function finish(
  database: string,
  files: ReadonlyMap<number, MediaFile>,
  counts: Pick<SampleInfo, 'chats' | 'messages' | 'edits'>,
): Promise<SampleInfo> {
  const time = lastTime(database) / 1000;
  await utimes(database, time, time);
  const media = [...files.values()];
  const mediaBytes = media.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const databaseBytes = (await stat(database)).size;
  return { ...counts, database, databaseBytes, media: media.map(({ path }) => path), mediaBytes };
}
