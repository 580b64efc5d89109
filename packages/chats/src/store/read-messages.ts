import { systemAction } from '../database/schema.ts';
import type { SqlDatabase, SqlRow, SqlValue } from '../database/sql-database.ts';
import { kindOfType } from './kinds.ts';
import type { MediaView, MessageView, NoticeKind } from './views.ts';

/** Whether a media file is on this device, by its path. */
export type IsPresent = (path: string) => boolean;

// As an export says it, which is in English.
const notices: Readonly<Record<NoticeKind, string>> = {
  'group-created': 'The group was created.',
  encrypted: 'Messages are end-to-end encrypted.',
};

/** A message as it comes out of the database: its columns, and where it stands. */
export interface MessageRow extends SqlRow {
  readonly id: number;
  readonly chat: number;
  readonly sortId: number;
  readonly at: number;
  readonly mine: number;
  readonly type: number;
  readonly text: string | null;
  readonly sender: string | null;
  readonly edited: number | null;
  readonly action: number | null;
  readonly path: string | null;
  readonly name: string | null;
  readonly mime: string | null;
  readonly size: number | null;
  readonly voice: number | null;
}

const columns = `
  SELECT m._id AS id, m.chat_row_id AS chat, m.sort_id AS sortId, m.timestamp AS at, m.from_me AS mine,
    m.message_type AS type, m.text_data AS text, coalesce(w.display_name, '+' || j.user) AS sender,
    e.edited_timestamp AS edited, s.action_type AS action,
    f.file_path AS path, f.media_name AS name, f.mime_type AS mime, f.file_size AS size, f.voice AS voice`;

const joins = `
  JOIN chat c ON c._id = m.chat_row_id
  LEFT JOIN jid j ON j._id = CASE WHEN m.sender_jid_row_id > 0 THEN m.sender_jid_row_id
    WHEN c.subject IS NULL THEN c.jid_row_id END
  LEFT JOIN wa_contacts w ON w.jid_row_id = j._id
  LEFT JOIN message_edit_info e ON e.message_row_id = m._id
  LEFT JOIN message_system s ON s.message_row_id = m._id
  LEFT JOIN message_media f ON f.message_row_id = m._id`;

/** Rows of messages that a condition on `m` chooses. @param rest WHERE and what follows */
export function messageRows(
  db: SqlDatabase,
  rest: string,
  ...params: readonly SqlValue[]
): readonly MessageRow[] {
  return db.all<MessageRow>(`${columns} FROM message m ${joins} ${rest}`, ...params);
}

/** What a screen shows of a row. */
export function viewOf(row: MessageRow, position: number, isPresent: IsPresent): MessageView {
  const kind = kindOfType(row.type, row.voice !== 0);
  const mine = row.mine === 1 && kind !== 'system';
  const named = !mine && kind !== 'system' && row.sender !== null;
  const notice = noticeOf(row);
  return {
    id: row.id,
    chatId: row.chat,
    position,
    at: row.at,
    ...(named ? { from: row.sender } : {}),
    mine,
    kind,
    text: row.text ?? (notice === undefined ? '' : notices[notice]),
    ...(notice === undefined ? {} : { notice }),
    edited: row.edited !== null && kind !== 'deleted',
    ...(row.path === null ? {} : { media: mediaOf(row, row.path, isPresent) }),
  };
}

// One that came with its words, out of an export, keeps them.
function noticeOf({ text, action }: MessageRow): NoticeKind | undefined {
  if (text !== null || action === null) return undefined;
  return action === systemAction.groupCreated ? 'group-created' : 'encrypted';
}

function mediaOf(row: MessageRow, path: string, isPresent: IsPresent): MediaView {
  return {
    path,
    name: row.name ?? path.slice(path.lastIndexOf('/') + 1),
    type: row.mime ?? 'application/octet-stream',
    size: row.size ?? 0,
    missing: path === '' || !isPresent(path),
  };
}
