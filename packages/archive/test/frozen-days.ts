import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Bytes, concat, utf8 } from '@strongroom/core';
import { databaseOf, noise, prose } from '../src/testing/fixtures.ts';
import type { MemoryEntry, MemoryTree } from '../src/testing/memory-source.ts';

const messages = { category: 'messages' } as const;
const media = { category: 'media', mode: 0o600 } as const;
const folder = { kind: 'directory', mode: 0o750 } as const;

/** What there is to back up on each of four days; every file that can make a difference to the format. */
export function frozenDays(): readonly MemoryTree[] {
  const chats = chatDatabases(4);
  const pages = pageDatabases();
  return chats.map((chat, day) => ({
    ...unchanging,
    'Databases/msgstore.db': { ...messages, content: chat, mtimeNs: morning(day) },
    'Databases/pages.db': { ...messages, content: pages[day]!, mtimeNs: morning(day) },
    'Databases/sealed.crypt15': { ...messages, content: edited(noise(20_000, 11), day * 5000, 'x') },
    [`Media/IMG-day${day}.jpg`]: { ...media, content: noise(15_000 + day, 20 + day), mtimeNs: morning(day) },
    'notes/today.txt': { content: concat(utf8(`Day ${day}\n`), prose(900 * day, 5)), mtimeNs: morning(day) },
    ...(day === 1 && { 'notes/only on one day.txt': 'gone tomorrow' }),
  }));
}

/** The morning of a day, in nanoseconds since 1970. */
export function morning(day: number): bigint {
  return 1_772_352_000_123_456_789n + BigInt(day) * 86_400_000_000_000n;
}

const unchanging: Record<string, MemoryEntry | string> = {
  Databases: { ...folder, mtimeNs: morning(0) },
  Media: folder,
  'Media/Voice': { ...folder, mode: 0o700 },
  'Media/Voice/long.wav': { ...media, content: repeated(prose(3000, 9), 4_400_000) },
  'Media/Voice/short.opus': { ...media, content: noise(40_000, 12) },
  notes: folder,
  'notes/a-b.txt': 'between a folder and what is in it, in the order of bytes',
  'notes/a': folder,
  'notes/a/c.txt': 'c',
  'notes/empty.txt': { content: '', mode: 0o444 },
  'notes/long.log': { content: repeated(prose(5000, 8), 1_300_000) },
  'notes/one byte': 'x',
  'notes/run.sh': { content: '#!/bin/sh\n', mode: 0o4755 },
  'notes/before 1970.txt': { content: 'old', mtimeNs: -86_400_000_000_000n },
  'notes/after 2100.txt': { content: 'new', mtimeNs: 4_200_000_000_000_000_000n },
  'notes/link': { kind: 'symlink', linkTarget: 'a/c.txt', mode: 0o777, mtimeNs: morning(1) },
  'notes/link to nowhere': { kind: 'symlink', linkTarget: '../../не здесь', mode: 0o777 },
  'odd/\uFEFFmark.txt': 'begins with a byte order mark',
  'odd/"quotes" and \\ backslash.txt': 'quotes',
  'odd/new\nline.txt': 'line',
  'odd/trailing dot.': 'dot',
  'odd/Ünïcödé 漢字 한국어 عربى.txt': 'unicode',
  'odd/😀🏳️‍🌈.txt': 'above the basic plane',
  'odd/\uFFFDreplaced.txt': 'sorts before an emoji in UTF-8, behind it in UTF-16',
  'odd/-rf': 'looks like an option',
  'odd/...': 'three dots are a name',
};

/** An SQLite database as chats make it: most pages stay, some change a little. */
function chatDatabases(days: number): Bytes[] {
  const place = mkdtempSync(join(tmpdir(), 'frozen-'));
  try {
    const file = join(place, 'msgstore.db');
    using database = new DatabaseSync(file);
    database.exec(
      'PRAGMA page_size = 1024; CREATE TABLE message (id INTEGER PRIMARY KEY, chat INTEGER, text TEXT);',
    );
    database.exec('CREATE INDEX by_chat ON message (chat, id);');
    return Array.from({ length: days }, (_, day) => {
      chat(database, day);
      return new Uint8Array(readFileSync(file));
    });
  } finally {
    rmSync(place, { recursive: true });
  }
}

function chat(database: DatabaseSync, day: number): void {
  const insert = database.prepare('INSERT INTO message (chat, text) VALUES (?, ?)');
  const picks = noise(4000, 31 + day);
  const count = day === 0 ? 1200 : 60;
  database.exec('BEGIN');
  for (let i = 0; i < count; i++)
    insert.run(picks[i]! % 12, new TextDecoder().decode(prose(40 + picks[i]!, 1 + i + 5000 * day)));
  database.exec(`UPDATE message SET text = upper(text) WHERE id % 97 = ${day} AND ${day} > 0`);
  if (day === 3) database.exec('DELETE FROM message WHERE id BETWEEN 200 AND 320');
  database.exec('COMMIT');
}

/** A database whose pages change so that a writer has to do each of the things it does with pages. */
function pageDatabases(): Bytes[] {
  const pageSize = 512;
  const first = databaseOf(
    Array.from({ length: 200 }, (_, i) => prose(pageSize, 100 + i)),
    pageSize,
  );
  const patched = first.slice();
  for (let page = 1; page < 200; page += 9) patched.set(utf8('edited'), page * pageSize + 77);
  const rewritten = patched.slice();
  for (let page = 1; page < 50; page++) rewritten.set(noise(pageSize, 900 + page), page * pageSize);
  for (let page = 60; page < 200; page += 18) rewritten.set(utf8('again'), page * pageSize + 200);
  const longer = concat(rewritten, prose(3 * pageSize + 100, 77));
  longer.set(utf8('shaken'), 55 * pageSize + 9);
  return [first, patched, rewritten, longer];
}

function edited(bytes: Bytes, at: number, text: string): Bytes {
  const copy = bytes.slice();
  copy.set(utf8(text), at);
  return copy;
}

function repeated(bytes: Bytes, length: number): Bytes {
  const whole = new Uint8Array(length);
  for (let at = 0; at < length; at += bytes.length) whole.set(bytes.subarray(0, length - at), at);
  return whole;
}
