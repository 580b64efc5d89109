import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liveADay, makeSample, type SampleInfo } from './sample.ts';

const small = { messages: 3000, chats: 40, media: 40 };
let folder: string;
let info: SampleInfo;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-'));
  info = await makeSample(join(folder, 'phone'), small);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function query(sql: string, database: string = info.database): Record<string, SQLOutputValue>[] {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

function texts(): string[] {
  return query('SELECT text_data AS text FROM message WHERE text_data IS NOT NULL').map(({ text }) =>
    String(text),
  );
}

/** Path, modification time and SHA-256 of every file under a folder. */
async function fingerprint(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const lines = files.map(async (file) => {
    const hash = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    return `${file.slice(dir.length)} ${(await stat(file)).mtimeMs} ${hash}`;
  });
  return (await Promise.all(lines)).toSorted();
}

describe('a sample', () => {
  test('has the messages, chats and media that were asked for, and says so', async () => {
    expect(info).toMatchObject({ messages: 3000, chats: 40, edits: 0 });
    expect(query('SELECT count(*) AS count FROM message')).toEqual([{ count: 3000 }]);
    expect(query('SELECT count(*) AS count FROM chat')).toEqual([{ count: 40 }]);
    expect(info.media).toHaveLength(40);
    expect(info.databaseBytes).toBe((await stat(info.database)).size);
  });

  test('is a sound database, closed, with nothing beside it', async () => {
    expect(query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'delete' }]);
    expect(await readdir(join(folder, 'phone', 'Databases'))).toEqual(['msgstore.db']);
  });

  test('is the same to the byte for the same seed, and another for another', async () => {
    await makeSample(join(folder, 'again'), small);
    await makeSample(join(folder, 'other'), { ...small, seed: 2 });
    const first = await fingerprint(join(folder, 'phone'));
    expect(await fingerprint(join(folder, 'again'))).toEqual(first);
    const other = await fingerprint(join(folder, 'other'));
    expect(other.filter((line) => first.includes(line))).toEqual([]);
  });

  test('refuses a folder in which there are chats already', async () => {
    await expect(makeSample(join(folder, 'phone'), small)).rejects.toMatchObject({
      code: 'target-not-empty',
    });
  });
});

describe('its chats', () => {
  test('go from a few lively ones to a long tail', () => {
    const counts = query('SELECT count(*) AS count FROM message GROUP BY chat_row_id ORDER BY count DESC');
    expect(Number(counts[0]!['count'])).toBeGreaterThan(20 * Number(counts[30]!['count']));
    expect(counts.length).toBeGreaterThan(30);
  });

  test('are with people and with groups, each with a name', () => {
    const named = query(`
      SELECT server, count(*) AS chats, count(DISTINCT coalesce(subject, display_name)) AS names FROM chat
      JOIN jid ON jid._id = chat.jid_row_id LEFT JOIN wa_contacts ON wa_contacts.jid_row_id = chat.jid_row_id
      GROUP BY server ORDER BY server`);
    expect(named.map(({ server }) => server)).toEqual(['g.us', 's.whatsapp.net']);
    for (const { chats, names } of named) expect(names).toBe(chats);
  });

  test('have senders in groups alone', () => {
    const senders = query(`
      SELECT server, max(sender_jid_row_id) > 0 AS named FROM message JOIN chat ON chat._id = chat_row_id
      JOIN jid ON jid._id = jid_row_id GROUP BY server ORDER BY server`);
    expect(senders).toEqual([
      { server: 'g.us', named: 1 },
      { server: 's.whatsapp.net', named: 0 },
    ]);
  });
});

describe('its messages', () => {
  test('read like what people write, in several alphabets', () => {
    const all = texts();
    expect(all.filter((text) => /[{}]|undefined|lorem|ipsum/i.test(text))).toEqual([]);
    for (const script of [
      /\p{Script=Latin}/u,
      /\p{Script=Devanagari}/u,
      /\p{Script=Arabic}/u,
      /\p{Emoji}/u,
    ]) {
      expect(all.filter((text) => script.test(text)).length).toBeGreaterThan(20);
    }
    expect(new Set(all).size).toBeGreaterThan(all.length / 3);
  });

  test('stay in the language of their chat', () => {
    const mixed = query(`
      SELECT chat_row_id FROM message WHERE text_data IS NOT NULL GROUP BY chat_row_id
      HAVING max(text_data GLOB '*[ء-ي]*') AND max(text_data GLOB '*[a-z][a-z][a-z]*')`);
    expect(mixed).toEqual([]);
  });

  test('come in the order of time over two years, by day more than by night', () => {
    const times = query('SELECT timestamp AS time FROM message ORDER BY _id').map(({ time }) => Number(time));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(700 * 86_400_000);
    const hours = times.map((time) => new Date(time).getUTCHours());
    const during = (from: number, to: number): number =>
      hours.filter((hour) => hour >= from && hour < to).length;
    expect(during(18, 22)).toBeGreaterThan(5 * during(1, 5));
  });

  test('quote messages that are in the same chat', () => {
    const strays = query(`
      SELECT q.key_id FROM message_quoted q JOIN message m ON m._id = q.message_row_id
      WHERE NOT EXISTS (SELECT 1 FROM message o WHERE o.chat_row_id = m.chat_row_id AND o.key_id = q.key_id AND o._id < m._id)`);
    expect(query('SELECT count(*) > 50 AS enough FROM message_quoted')).toEqual([{ enough: 1 }]);
    expect(strays).toEqual([]);
  });

  test('have random names of their own', () => {
    expect(query('SELECT count(DISTINCT key_id) AS keys FROM message')).toEqual([{ keys: 3000 }]);
    expect(
      query("SELECT count(*) AS odd FROM message WHERE key_id NOT GLOB '[0-9A-F]*' OR length(key_id) <> 32"),
    ).toEqual([{ odd: 0 }]);
  });
});

describe('its media', () => {
  test('are the files that the database names: size, hash and date', async () => {
    const rows = query(
      'SELECT file_path, file_size, file_hash, timestamp FROM message_media JOIN message ON _id = message_row_id',
    );
    expect(rows.map(({ file_path }) => String(file_path)).toSorted()).toEqual(info.media.toSorted());
    for (const row of rows) {
      const file = join(folder, 'phone', String(row['file_path']));
      const bytes = await readFile(file);
      expect(bytes.length).toBe(row['file_size']);
      expect(createHash('sha256').update(bytes).digest('base64')).toBe(row['file_hash']);
      expect(Math.abs((await stat(file)).mtimeMs - Number(row['timestamp']))).toBeLessThan(1);
    }
  });

  test('lie where WhatsApp puts them, under its names', () => {
    const known =
      /^Media\/WhatsApp (Images\/IMG-\d{8}-WA\d{4}\.jpg|Video\/VID-\d{8}-WA\d{4}\.mp4|Voice Notes\/\d{6}\/PTT-\d{8}-WA\d{4}\.opus|Documents\/DOC-\d{8}-WA\d{4}\.(pdf|txt)|Stickers\/STK-\d{8}-WA\d{4}\.webp)$/;
    expect(info.media.filter((path) => !known.test(path))).toEqual([]);
    expect(new Set(info.media).size).toBe(40);
  });

  test.each([
    ['jpg', /^\xff\xd8\xff.*JFIF/s, 60_000, 250_000],
    ['webp', /^RIFF....WEBP/s, 20_000, 60_000],
    ['opus', /^OggS.*OpusHead/s, 10_000, 80_000],
  ])('of the kind %s begin as such, and are of its size', async (extension, magic, least, most) => {
    const files = info.media.filter((path) => path.endsWith(extension));
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      const bytes = await readFile(join(folder, 'phone', file));
      expect(bytes.subarray(0, 64).toString('latin1')).toMatch(magic);
      expect(bytes.length).toBeGreaterThanOrEqual(least);
      expect(bytes.length).toBeLessThanOrEqual(most);
    }
  });
});

describe('a day more', () => {
  test('adds messages and media of the next day, and changes old messages', async () => {
    const before = Number(query('SELECT max(timestamp) AS last FROM message')[0]!['last']);
    const dated = (await stat(info.database)).mtimeMs;
    const day = await liveADay(join(folder, 'phone'));
    expect(day).toMatchObject({ chats: 0, messages: 200, edits: 5 });
    expect(day.media).toHaveLength(5);
    expect(query('SELECT count(*) AS count FROM message')).toEqual([{ count: 3200 }]);
    expect(query(`SELECT count(*) AS count FROM message WHERE timestamp > ${before}`)).toEqual([
      { count: 200 },
    ]);
    expect(query('SELECT count(*) AS corrected FROM message_edit_info')).toEqual([{ corrected: 3 }]);
    expect(query('SELECT sum(starred) AS starred FROM message')).toEqual([{ starred: 2 }]);
    expect((await stat(info.database)).mtimeMs).toBeGreaterThan(dated);
    for (const path of day.media) expect((await stat(join(folder, 'phone', path))).isFile()).toBe(true);
  });

  test('is another one each time', async () => {
    await liveADay(join(folder, 'phone'));
    expect(query('SELECT count(DISTINCT key_id) AS keys FROM message')).toEqual([{ keys: 3400 }]);
    expect(query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test('is the same to the byte for the same sample', async () => {
    const twins = ['again', 'again-2'].map((name) => join(folder, name));
    await rm(twins[0]!, { recursive: true, force: true });
    for (const twin of twins) {
      await makeSample(twin, small);
      await liveADay(twin, { messages: 20 });
    }
    expect(await fingerprint(twins[0]!)).toEqual(await fingerprint(twins[1]!));
  });

  test('needs a sample', async () => {
    await expect(liveADay(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'source-missing' });
  });
});

describe('of the usual size', () => {
  test('a sample is some 60 MB, a few videos among them', async () => {
    const usual = await makeSample(join(folder, 'usual'));
    expect(usual).toMatchObject({ messages: 50_000, chats: 200 });
    expect(usual.media).toHaveLength(300);
    const total = usual.databaseBytes + usual.mediaBytes;
    expect(total).toBeGreaterThan(45_000_000);
    expect(total).toBeLessThan(80_000_000);
    expect(usual.media.filter((path) => path.endsWith('.mp4')).length).toBeGreaterThanOrEqual(3);
  });
});
