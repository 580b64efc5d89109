import type { SqlDatabase } from '../database/sql-database.ts';

// Exports name people, and do not tell their numbers: they are kept under a server of their own.
const exportServer = 'export.strongroom';

/** The row of a person that is known by a name alone, made if need be. */
export function personNamed(db: SqlDatabase, name: string): number {
  const raw = `${name}@${exportServer}`;
  const [found] = db.all<{ id: number }>('SELECT _id AS id FROM jid WHERE raw_string = ?', raw);
  if (found !== undefined) return found.id;
  const id = db.run(
    'INSERT INTO jid (user, server, raw_string) VALUES (?, ?, ?)',
    name,
    exportServer,
    raw,
  ).lastId;
  db.run('INSERT INTO wa_contacts VALUES (?, ?)', id, name);
  return id;
}

/** The chat with a person or group that is known by a name alone, made if need be. */
export function chatNamed(db: SqlDatabase, title: string, isGroup: boolean, created: number): number {
  const jid = isGroup ? groupNamed(db, title) : personNamed(db, title);
  const [found] = db.all<{ id: number }>('SELECT _id AS id FROM chat WHERE jid_row_id = ?', jid);
  if (found !== undefined) return found.id;
  return db.run(
    'INSERT INTO chat (jid_row_id, subject, created_timestamp, sort_timestamp) VALUES (?, ?, ?, ?)',
    jid,
    isGroup ? title : null,
    created,
    created,
  ).lastId;
}

function groupNamed(db: SqlDatabase, title: string): number {
  const server = `group.${exportServer}`;
  const raw = `${title}@${server}`;
  const [found] = db.all<{ id: number }>('SELECT _id AS id FROM jid WHERE raw_string = ?', raw);
  return (
    found?.id ??
    db.run('INSERT INTO jid (user, server, raw_string) VALUES (?, ?, ?)', title, server, raw).lastId
  );
}
