import { createHash } from 'node:crypto';
import { createServer, connect, type AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { database, openDataSet, type DataSet } from './data/data-set.ts';
import { bytesIn, bytesSince, listFiles } from './files.ts';
import { parseOptions } from './options.ts';
import { run, versionOf } from './process/command.ts';
import { measure, parseTimes } from './process/measure.ts';
import { openSlowLink } from './process/slow-link.ts';
import { spreadOf } from './report/statistics.ts';
import { tables } from './report/table.ts';
import { needed, type Result } from './rounds.ts';

let folder: string;
let set: DataSet;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-test-'));
  set = await openDataSet(folder, 'small');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function query(sql: string): Record<string, SQLOutputValue>[] {
  const db = new DatabaseSync(join(set.chats, database), { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

async function media(): Promise<Map<string, number>> {
  const files = [...(await listFiles(join(set.chats, 'Media')))];
  return new Map(files.map(([path, { size }]) => [relative(set.chats, path), size]));
}

async function digest(): Promise<string> {
  const hash = createHash('sha256');
  for (const path of [...(await listFiles(set.chats)).keys()].toSorted()) hash.update(await readFile(path));
  return hash.digest('hex');
}

describe('the data set, on day one,', () => {
  beforeAll(() => set.toDay(1));

  test('has 50,000 messages in pages of 4096 bytes, and a unique index over random names', () => {
    expect(query('SELECT count(*) AS n, count(DISTINCT key_id) AS names FROM message')).toEqual([
      { n: 50_000, names: 50_000 },
    ]);
    expect(query('PRAGMA page_size')).toEqual([{ page_size: 4096 }]);
    expect(
      query("SELECT \"unique\" FROM pragma_index_list('message') WHERE name = 'message_key_index'"),
    ).toEqual([{ unique: 1 }]);
    expect(query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test('is a tenth of 140 MB of messages, which compress as text with random names does', async () => {
    const bytes = await readFile(join(set.chats, database));
    expect(bytes.length).toBe(set.databaseBytes);
    expect(bytes.length).toBeGreaterThan(13_500_000);
    expect(bytes.length).toBeLessThan(15_000_000);
    const ratio = zstdCompressSync(bytes).length / bytes.length;
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(0.7);
  });

  test('has 201 media files of exactly 64.5 MB in WhatsApp’s folders, named in the database', async () => {
    const files = await media();
    expect(files.size).toBe(201);
    expect([...files.values()].reduce((sum, size) => sum + size, 0)).toBe(64_500_000);
    for (const path of files.keys())
      expect(path).toMatch(/^Media\/WhatsApp (Images|Video|Voice Notes|Documents|Stickers)\//);
    const named = query('SELECT file_path AS path, file_size AS size FROM message_media');
    expect(new Map(named.map(({ path, size }) => [path, size]))).toEqual(files);
  });

  test('has media that do not compress', async () => {
    for (const path of (await media()).keys()) {
      const bytes = (await readFile(join(set.chats, path))).subarray(0, 100_000);
      expect(zstdCompressSync(bytes).length).toBeGreaterThanOrEqual(bytes.length);
    }
  });
});

describe('the second day', () => {
  let first: string;

  beforeAll(async () => {
    await set.toDay(1);
    first = await digest();
    await set.toDay(2);
  });

  test('brings 200 messages, 2 files, and changes 5 old messages', async () => {
    expect(query('SELECT count(*) AS n FROM message')).toEqual([{ n: 50_200 }]);
    expect(
      query(
        'SELECT (SELECT count(*) FROM message_edit_info) AS corrected, sum(starred) AS starred FROM message',
      ),
    ).toEqual([{ corrected: 3, starred: 2 }]);
    expect((await media()).size).toBe(203);
    expect(set.added).toHaveLength(2);
    expect(query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test('leaves what stays the same files, and dates the database anew', async () => {
    const before = await listFiles(set.chats);
    await set.toDay(1);
    const after = await listFiles(set.chats);
    const changed = [...after].filter(([path, { time }]) => before.get(path)?.time !== time);
    expect(changed.map(([path]) => relative(set.chats, path))).toEqual([database]);
  });

  test('can be taken back and lived again, to the byte', async () => {
    await set.toDay(1);
    expect(await digest()).toBe(first);
    await set.toDay(2);
    const second = await digest();
    expect(second).not.toBe(first);
    await set.toDay(2);
    expect(await digest()).toBe(second);
  });

  test('is kept: a second opening makes nothing anew', async () => {
    const { mtimeMs } = await stat(join(set.phone, '..', 'day-2', 'msgstore.db'));
    await openDataSet(folder, 'small');
    expect((await stat(join(set.phone, '..', 'day-2', 'msgstore.db'))).mtimeMs).toBe(mtimeMs);
  });
});

const sample = (peer: string, round: number, seconds: number, more: Partial<Result> = {}): Result => ({
  scenario: 'restore',
  peer,
  round,
  seconds,
  cpuSeconds: 1,
  peakBytes: null,
  ...more,
});

describe('the tables', () => {
  test.each([
    [[3], 3, 3, 3],
    [[9, 1, 2], 2, 1, 9],
    [[4, 1, 10, 2], 3, 1, 10],
    [[10, 9, 100], 10, 9, 100],
  ])('take of %j the median %d, and %d to %d', (values, median, min, max) => {
    expect(spreadOf(values)).toEqual({ median, min, max });
  });

  test('take no median of nothing', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  test('put ours first, and divide our median by theirs', () => {
    const results = [
      sample('restic', 1, 4),
      sample('restic', 2, 6),
      sample('restic', 3, 5),
      sample('ours', 1, 2.5),
    ];
    expect(tables(results, 'ours').split('\n').slice(0, 3)).toEqual([
      '| Seconds | ours | restic |',
      '| --- | ---: | ---: |',
      '| Full restore | 2.50 | 5.00 (4.00–6.00) · 0.50× |',
    ]);
  });

  test('show a dash for what was not measured, and divide by it or by zero nowhere', () => {
    const results = [
      sample('ours', 1, 1, { scenario: 'unchanged', uploadedBytes: 4000, storedBytes: 1 }),
      sample('restic', 1, 1, { scenario: 'unchanged', uploadedBytes: 0 }),
    ];
    const text = tables(results, 'ours');
    expect(text).toContain(
      '| Peak memory, MiB | ours | restic |\n| --- | ---: | ---: |\n| Nothing changed | – | – |',
    );
    expect(text).toContain('| Nothing changed | 0.004 | 0.000 |');
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('leave out ratios where ours does not play', () => {
    expect(tables([sample('restic', 1, 4)], 'ours')).not.toContain('×');
  });
});

describe('a measurement', () => {
  test('reads the second line of a shell’s times, in either notation', () => {
    expect(parseTimes('0m9.000000s 0m9.000000s\n1m2.500000s 0m0.250000s\n')).toBe(62.75);
    expect(parseTimes('0m9,00s 0m9,00s\n0m2,50s 0m0,25s\n')).toBe(2.75);
    expect(() => parseTimes('')).toThrow('cannot be read');
  });

  test('counts the work of everything that a command starts', async () => {
    const work = 'const end = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < end);';
    const { seconds, cpuSeconds } = await measure({
      argv: ['sh', '-c', '"$0" -e "$1"; true', process.execPath, work],
    });
    expect(cpuSeconds).toBeGreaterThanOrEqual(0.3);
    expect(seconds).toBeGreaterThanOrEqual(0.3);
  });

  test('of a command that fails is none, and says its last words', async () => {
    const failing = measure({ argv: ['sh', '-c', 'echo no room >&2; exit 7'] });
    await expect(failing).rejects.toThrow(/ended with 7: no room/);
    await expect(run({ argv: ['no-such-program'] })).rejects.toThrow('ENOENT');
    expect(await versionOf('no-such-program', '--version')).toBeNull();
  });
});

describe('what was uploaded', () => {
  test('is files that are new or changed, whole; what is gone counts for nothing', async () => {
    const stored = join(folder, 'stored');
    await rm(stored, { recursive: true, force: true });
    expect(bytesIn(await listFiles(stored))).toBe(0);
    const before = new Map([
      ['kept', { size: 5, time: 1 }],
      ['rewritten', { size: 7, time: 1 }],
      ['removed', { size: 11, time: 1 }],
    ]);
    const after = new Map([
      ['kept', { size: 5, time: 1 }],
      ['rewritten', { size: 7, time: 2 }],
      ['new', { size: 13, time: 1 }],
    ]);
    expect(bytesSince(before, after)).toBe(20);
  });
});

describe('the slow link', () => {
  test('brings every byte there and back in order, no sooner than a network would', async () => {
    const echo = createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const link = await openSlowLink((echo.address() as AddressInfo).port, { delay: 5, rate: 10_000_000 });
    const sent = await readFile(join(set.phone, '..', 'day-1', 'msgstore.db')).then((all) =>
      all.subarray(0, 1_000_003),
    );
    const began = performance.now();
    const socket = connect({ port: link.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.end(sent);
    const received: Buffer[] = [];
    for await (const chunk of socket as AsyncIterable<Buffer>) received.push(chunk);
    // A greeting of 10 ms, 5 ms there, 100 ms for the bytes, 5 ms back.
    expect(performance.now() - began).toBeGreaterThan(115);
    expect(Buffer.concat(received).equals(sent)).toBe(true);
    await link.close();
    echo.close();
  });
});

describe('the command line', () => {
  test('plays the backups that a later scenario needs, and no others', () => {
    expect(needed(['verify'])).toEqual(['first-backup', 'second-day', 'verify']);
    expect(needed(['second-day'])).toEqual(['first-backup', 'second-day']);
    expect(needed(['first-backup'])).toEqual(['first-backup']);
    expect(needed(['unchanged', 'restore'])).toEqual(['first-backup', 'second-day', 'unchanged', 'restore']);
  });

  test('takes lists, and five rounds of everything when nothing is said', () => {
    expect(parseOptions([])).toMatchObject({ rounds: 5, size: 'full', cloud: 'folder' });
    expect(parseOptions(['--only', 'verify,restore', '--out', '/tmp/x.md'])).toMatchObject({
      only: ['verify', 'restore'],
      out: '/tmp/x',
    });
  });

  test.each([
    ['--rounds', '0'],
    ['--rounds', 'x'],
    ['--only', 'all'],
    ['--peers', 'toString'],
    ['--size', ''],
    ['--fast'],
  ])('refuses %s %s', (...args) => {
    expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code: 'wrong-usage' }));
  });
});
