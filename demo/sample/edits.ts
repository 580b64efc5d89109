import type { DatabaseSync } from 'node:sqlite';
import type { Dice } from './dice.ts';
import { languageOf } from './people.ts';
import { messageType } from './schema.ts';
import { correct } from './talk.ts';

/** Corrects and stars, in turn, `count` messages of mine that are there. */
export function editMessages(db: DatabaseSync, dice: Dice, count: number, time: number): void {
  for (const [at, row] of myMessages(db, dice, count).entries()) {
    if (at % 2 === 0) correctMessage(db, dice, row, time);
    else db.prepare('UPDATE message SET starred = 1 WHERE _id = ?').run(row);
  }
}

function myMessages(db: DatabaseSync, dice: Dice, count: number): readonly number[] {
  const mine = db.prepare(
    'SELECT _id AS id FROM message WHERE from_me = 1 AND message_type = ? AND starred = 0 ORDER BY _id',
  );
  const all = mine.all(messageType.text).map(({ id }) => Number(id));
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, all.length)) chosen.add(dice.pick(all));
  return [...chosen];
}

function correctMessage(db: DatabaseSync, dice: Dice, row: number, time: number): void {
  const found = db
    .prepare(`
    SELECT text_data, key_id, jid.user FROM message
    JOIN chat ON chat._id = chat_row_id JOIN jid ON jid._id = jid_row_id WHERE message._id = ?`)
    .get(row)!;
  const text = correct(dice, languageOf(String(found['user'])), String(found['text_data']));
  db.prepare('UPDATE message SET text_data = ? WHERE _id = ?').run(text, row);
  db.prepare('INSERT OR REPLACE INTO message_edit_info VALUES (?, ?, ?)').run(
    row,
    String(found['key_id']),
    time,
  );
}
