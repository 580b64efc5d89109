import type { SqlDatabase } from '../database/sql-database.ts';
import { type MessageRow, messageRows, viewOf } from './read-messages.ts';
import type { ChatView } from './views.ts';

interface ChatRow extends Readonly<Record<string, number | string | null>> {
  readonly id: number;
  readonly title: string | null;
  readonly isGroup: number;
  readonly messages: number;
  readonly last: number | null;
}

/** All chats, the one written in last first. */
export function chatViews(db: SqlDatabase): readonly ChatView[] {
  const rows = db.all<ChatRow>(`
    SELECT c._id AS id, coalesce(c.subject, w.display_name, '+' || j.user) AS title, c.subject IS NOT NULL AS isGroup,
      coalesce(n.messages, 0) AS messages, c.last_message_row_id AS last
    FROM chat c JOIN jid j ON j._id = c.jid_row_id
    LEFT JOIN wa_contacts w ON w.jid_row_id = c.jid_row_id
    LEFT JOIN (SELECT chat_row_id, count(*) AS messages FROM message GROUP BY chat_row_id) n ON n.chat_row_id = c._id
    ORDER BY c.sort_timestamp DESC, c._id DESC`);
  const lasts = new Map(lastMessages(db).map((row) => [row.id, row]));
  return rows.map(({ id, title, isGroup, messages, last }) => {
    const row = last === null ? undefined : lasts.get(last);
    const base = { id, title: title ?? '', isGroup: isGroup === 1, messages };
    return row === undefined ? base : { ...base, last: lastOf(row) };
  });
}

function lastMessages(db: SqlDatabase): readonly MessageRow[] {
  return messageRows(db, 'WHERE m._id IN (SELECT last_message_row_id FROM chat)');
}

function lastOf(row: MessageRow): NonNullable<ChatView['last']> {
  const { at, text, from, kind, notice } = viewOf(row, 0, () => true);
  return { at, text, kind, ...(from !== undefined && { from }), ...(notice !== undefined && { notice }) };
}
