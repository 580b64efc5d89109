import { DatabaseSync } from 'node:sqlite';
import { nodeSqlite, sha256Base64 } from '@strongroom/chats/node';
import {
  addChats,
  addMessages,
  conversations,
  day,
  type Dice,
  diceOf,
  editMessages,
  history,
  type MediaFile,
  readChats,
  schema,
  startOfDay,
  timesOf,
} from '@strongroom/chats/sample';
import type { SqlDatabase } from '@strongroom/chats';
import { addReceipts, receiptSchema } from './receipts.ts';
import type { Size } from './size.ts';

const firstDay = Date.UTC(2024, 6, 1);
const days = 730;
/** The day after two years of chatting, milliseconds since 1970. */
export const secondDay: number = firstDay + days * day;

/** Times of what is written on the first two years, or on the day after, ascending. */
export function timesOn(dice: Dice, which: 1 | 2, count: number): readonly number[] {
  return [...(which === 1 ? timesOf(dice, count, firstDay, days) : timesOf(dice, count, secondDay, 1))];
}

/** Writes a new database: chats, messages, and for some messages the media that they carry. */
export function writeMessages(
  path: string,
  size: Size,
  times: readonly number[],
  media: readonly MediaFile[],
): void {
  const dice = diceOf(size.messages);
  change(path, (db, file) => {
    db.exec(`PRAGMA page_size = 4096; ${schema} ${receiptSchema}`);
    db.transaction(() => {
      const chats = addChats(db, conversations(dice, size.chats), firstDay);
      addMessages(db, dice, history(dice, chats, times), spread(dice, times.length, media), sha256Base64);
      addReceipts(file, dice);
    });
  });
}

/** Lets the second day pass in a database: new messages, and a few old ones changed, anywhere. */
export function writeSecondDay(
  path: string,
  size: Size,
  times: readonly number[],
  media: readonly MediaFile[],
): void {
  const dice = diceOf(size.messages, 2);
  change(path, (db, file) => {
    db.transaction(() => {
      editMessages(db, dice, size.day.edits, startOfDay(secondDay));
      addMessages(
        db,
        dice,
        history(dice, readChats(db), times),
        spread(dice, times.length, media),
        sha256Base64,
      );
      addReceipts(file, dice);
    });
  });
}

/** Lets one more day without media pass in a database. @param number of the day, from 2 */
export function writeDay(path: string, size: Size, number: number): void {
  const dice = diceOf(size.messages, number);
  const morning = secondDay + (number - 2) * day;
  change(path, (db, file) => {
    db.transaction(() => {
      editMessages(db, dice, size.day.edits, startOfDay(morning));
      addMessages(
        db,
        dice,
        history(dice, readChats(db), [...timesOf(dice, size.day.messages, morning, 1)]),
        new Map(),
        sha256Base64,
      );
      addReceipts(file, dice);
    });
  });
}

// Which messages carry the media: any, in the order of both.
function spread(dice: Dice, messages: number, media: readonly MediaFile[]): ReadonlyMap<number, MediaFile> {
  const indexes = new Set<number>();
  while (indexes.size < media.length) indexes.add(dice.between(0, messages - 1));
  const ascending = [...indexes].toSorted((a, b) => a - b);
  return new Map(ascending.map((index, at) => [index, media[at]!]));
}

function change(path: string, work: (db: SqlDatabase, file: DatabaseSync) => void): void {
  const file = new DatabaseSync(path);
  const db = nodeSqlite(file);
  try {
    // No write-ahead log, and no waiting for the disk: a data set that breaks is made anew.
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF');
    work(db, file);
  } finally {
    db.close();
  }
}
