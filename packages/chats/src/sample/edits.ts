import type { SqlDatabase } from '../database/sql-database.ts';
import { messageType } from '../database/schema.ts';
import type { Dice } from './dice.ts';
import { languageOf } from './people.ts';
import { correct } from './talk.ts';

/** Corrects and stars, in turn, `count` messages of mine that are there. */
export function editMessages(db: SqlDatabase, dice: Dice, count: number, time: number): void {
  for (const [at, row] of myMessages(db, dice, count).entries()) {
    if (at % 2 === 0) correctMessage(db, dice, row, time);
    else db.run('UPDATE message SET starred = 1 WHERE _id = ?', row);
  }
}

function myMessages(db: SqlDatabase, dice: Dice, count: number): readonly number[] {
  const mine =
    'SELECT _id AS id FROM message WHERE from_me = 1 AND message_type = ? AND starred = 0 ORDER BY _id';
  const all = db.all<{ id: number }>(mine, messageType.text).map(({ id }) => id);
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, all.length)) chosen.add(dice.pick(all));
  return [...chosen];
}

function correctMessage(db: SqlDatabase, dice: Dice, row: number, time: number): void {
  const [found] = db.all(
    `
    SELECT text_data, key_id, jid.user FROM message
    JOIN chat ON chat._id = chat_row_id JOIN jid ON jid._id = jid_row_id WHERE message._id = ?`,
    row,
  );
  const text = correct(dice, languageOf(String(found!['user'])), String(found!['text_data']));
  db.run('UPDATE message SET text_data = ? WHERE _id = ?', text, row);
  db.run('INSERT OR REPLACE INTO message_edit_info VALUES (?, ?, ?)', row, String(found!['key_id']), time);
}
