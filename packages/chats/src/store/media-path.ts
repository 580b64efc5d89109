import { numberOf, type SqlDatabase } from '../database/sql-database.ts';

const longestName = 100;

/**
 * A name that is safe as the name of a file anywhere: no folders in it, nothing that a file system or an archive
 * takes amiss, at most 100 characters, its ending kept.
 */
export function safeName(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const plain = last
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}<>:"|?*]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '');
  if (plain === '') return 'file';
  if (plain.length <= longestName) return plain;
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(plain)?.[0] ?? '';
  return plain.slice(0, longestName - ending.length).replace(/[\ud800-\udbff]$/, '') + ending;
}

/** `media/<chat>/<name>`, with a number in the name when a message has that path already. */
export function mediaPath(db: SqlDatabase, chatId: number, name: string): string {
  const safe = safeName(name);
  const dot = safe.lastIndexOf('.') > 0 ? safe.lastIndexOf('.') : safe.length;
  for (let number = 1; ; number++) {
    const unique = number === 1 ? safe : `${safe.slice(0, dot)} (${number})${safe.slice(dot)}`;
    const path = `media/${chatId}/${unique}`;
    const taken = 'SELECT count(*) FROM message_media WHERE chat_row_id = ? AND file_path = ? COLLATE NOCASE';
    if (numberOf(db, taken, chatId, path) === 0) return path;
  }
}
