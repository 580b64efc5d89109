import { DatabaseSync } from 'node:sqlite';
import { day, startOfDay, timesOf } from '../../demo/sample/calendar.ts';
import { diceOf, type Dice } from '../../demo/sample/dice.ts';
import { editMessages } from '../../demo/sample/edits.ts';
import { history } from '../../demo/sample/history.ts';
import type { MediaFile } from '../../demo/sample/media.ts';
import { conversations } from '../../demo/sample/people.ts';
import { schema } from '../../demo/sample/schema.ts';
import { addChats, addMessages, inTransaction, readChats } from '../../demo/sample/store.ts';
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
  change(path, (db) => {
    db.exec(`PRAGMA page_size = 4096; ${schema} ${receiptSchema}`);
    inTransaction(db, () => {
      const chats = addChats(db, conversations(dice, size.chats), firstDay);
      addMessages(db, dice, history(dice, chats, times), spread(dice, times.length, media));
      addReceipts(db, dice);
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
  change(path, (db) => {
    inTransaction(db, () => {
      editMessages(db, dice, size.day.edits, startOfDay(secondDay));
      addMessages(db, dice, history(dice, readChats(db), times), spread(dice, times.length, media));
      addReceipts(db, dice);
    });
  });
}

/** Lets one more day without media pass in a database. @param number of the day, from 2 */
export function writeDay(path: string, size: Size, number: number): void {
  const dice = diceOf(size.messages, number);
  const morning = secondDay + (number - 2) * day;
  change(path, (db) => {
    inTransaction(db, () => {
      editMessages(db, dice, size.day.edits, startOfDay(morning));
      addMessages(
        db,
        dice,
        history(dice, readChats(db), [...timesOf(dice, size.day.messages, morning, 1)]),
        new Map(),
      );
      addReceipts(db, dice);
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

function change(path: string, work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(path);
  try {
    // No write-ahead log, and no waiting for the disk: a data set that breaks is made anew.
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF');
    work(db);
  } finally {
    db.close();
  }
}
