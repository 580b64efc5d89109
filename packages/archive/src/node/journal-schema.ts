/** Grows with every change of the tables; a journal of another version is begun anew. */
export const journalVersion = 2;

/**
 * `files` and `pages` are the state of the last snapshot, `next_…` what the backup at hand changes. `pending_…` are
 * the packs that no snapshot names yet.
 */
export const journalTables = `
  CREATE TABLE last_snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, hash BLOB NOT NULL);
  CREATE TABLE files (path TEXT PRIMARY KEY, identity TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE pages (
    path TEXT NOT NULL, run INTEGER NOT NULL, page_size INTEGER NOT NULL, hashes BLOB NOT NULL,
    PRIMARY KEY (path, run)
  ) WITHOUT ROWID;
  CREATE TABLE next_files (path TEXT PRIMARY KEY, identity TEXT) WITHOUT ROWID;
  CREATE TABLE next_pages (
    path TEXT NOT NULL, run INTEGER NOT NULL, page_size INTEGER NOT NULL, hashes BLOB NOT NULL,
    PRIMARY KEY (path, run)
  ) WITHOUT ROWID;
  CREATE TABLE pending_packs (pack TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE pending_chunks (
    path TEXT NOT NULL, name BLOB NOT NULL, pack TEXT NOT NULL, key TEXT NOT NULL, ordinal INTEGER NOT NULL, offset INTEGER NOT NULL,
    sealed_length INTEGER NOT NULL, plain_length INTEGER NOT NULL,
    PRIMARY KEY (path, name)
  ) WITHOUT ROWID;
  CREATE INDEX pending_chunks_by_pack ON pending_chunks (pack);
`;

/** Puts the next state in the place of the last. A file without an identity is read again next time. */
export const putNextInPlace = `
  DELETE FROM files WHERE path IN (SELECT path FROM next_files);
  INSERT INTO files SELECT path, identity FROM next_files WHERE identity IS NOT NULL;
  DELETE FROM pages WHERE path IN (SELECT path FROM next_files);
  INSERT INTO pages SELECT next_pages.* FROM next_pages JOIN next_files USING (path);
  DELETE FROM next_files;
  DELETE FROM next_pages;
  DELETE FROM pending_packs;
  DELETE FROM pending_chunks;
`;
