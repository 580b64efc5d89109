import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createArchive, inlineEngine, writeSnapshot } from '@strongroom/archive';
import { folderSource, nodePrimitives, openJournal } from '@strongroom/archive/node';
import { folderStore } from '@strongroom/clouds/folder';
import { Secret, randomBytes, toHex } from '@strongroom/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const reader = join(import.meta.dirname, '../reader/read-archive.mjs');
const fixtures = join(import.meta.dirname, '../fixtures');

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'independent-reader-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

let runs = 0;
function newPlace(): string {
  return join(scratch, String(runs++));
}

/** Runs the reader with the key on its standard input. */
function read(
  key: string,
  ...args: readonly string[]
): { code: number | null; said: string; complained: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [reader, ...args], {
    input: key,
    encoding: 'utf8',
  });
  return { code: status, said: stdout, complained: stderr };
}

interface Fact {
  readonly kind: string;
  readonly mode?: string;
  readonly nanoseconds: bigint;
  readonly size?: number;
  readonly sha256?: string;
  readonly linkTarget?: string;
}

/** Everything below a folder, by path. */
function factsOf(root: string): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const place = join(root, path);
    const stats = lstatSync(place, { bigint: true });
    const nanoseconds = stats.mtimeNs;
    const mode = (Number(stats.mode) & 0o777).toString(8);
    if (stats.isSymbolicLink())
      facts.set(path, { kind: 'symlink', nanoseconds, linkTarget: readlinkSync(place) });
    else if (stats.isDirectory()) facts.set(path, { kind: 'directory', nanoseconds, mode });
    else facts.set(path, { kind: 'file', nanoseconds, mode, ...contentFacts(readFileSync(place)) });
  }
  return facts;
}

function contentFacts(content: Uint8Array): { size: number; sha256: string } {
  return { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** Times are given to Node in seconds, and are exact to a microsecond. */
function expectSame(found: ReadonlyMap<string, Fact>, wanted: ReadonlyMap<string, Fact>): void {
  const timeless = (facts: ReadonlyMap<string, Fact>): Map<string, Fact> =>
    new Map([...facts].map(([path, fact]) => [path, { ...fact, nanoseconds: 0n }]));
  expect(timeless(found)).toEqual(timeless(wanted));
  for (const [path, { nanoseconds }] of wanted) {
    const late = found.get(path)!.nanoseconds - nanoseconds;
    expect(late > -1500n && late < 1500n, `${path} is ${late} ns late`).toBe(true);
  }
}

test('the reader uses nothing but Node: no code of ours, no package', () => {
  const source = readFileSync(reader, 'utf8');
  const imported = [...source.matchAll(/\bfrom\s*'([^']*)'|\bimport\s*\(?\s*['"`]([^'"`]*)/g)].map(
    (m) => m[1] ?? m[2],
  );
  expect(imported.length).toBeGreaterThan(3);
  expect(imported.filter((name) => !/^node:[a-z]+$/.test(name!))).toEqual([]);
  expect(source).not.toMatch(/\brequire\b|\bcreateRequire\b|\bprocess\.binding\b|\bimport\s*\(/);
});

describe('a frozen archive', () => {
  interface Expected {
    readonly key: string;
    readonly snapshots: readonly {
      readonly id: string;
      readonly number: number;
      readonly entries: readonly Wanted[];
    }[];
  }
  interface Wanted {
    readonly path: string;
    readonly kind: string;
    readonly mode: string;
    readonly modifiedNs: string;
    readonly linkTarget?: string;
    readonly size?: number;
    readonly sha256?: string;
  }
  const expected = JSON.parse(readFileSync(join(fixtures, 'archive-v1/expected.json'), 'utf8')) as Expected;
  const cloud = join(fixtures, 'archive-v1/cloud');

  /** Whether a folder is in no list, but files below it are. */
  function isOnlyAbove(place: string, entries: readonly Wanted[]): boolean {
    return (
      !entries.some(({ path }) => path === place) && entries.some(({ path }) => path.startsWith(`${place}/`))
    );
  }

  function wantedFacts({ kind, mode, modifiedNs, linkTarget, size, sha256 }: Wanted): Fact {
    const nanoseconds = BigInt(modifiedNs);
    if (kind === 'symlink') return { kind, nanoseconds, linkTarget: linkTarget! };
    const permissions = (Number.parseInt(mode, 8) & 0o777).toString(8);
    if (kind === 'directory') return { kind, nanoseconds, mode: permissions };
    return { kind, nanoseconds, mode: permissions, size: size!, sha256: sha256! };
  }

  test.each(expected.snapshots)('comes back as it was in snapshot $number', ({ id, entries }) => {
    const target = newPlace();
    expect(read(expected.key, cloud, target, '--snapshot', id)).toEqual({
      code: 0,
      said: '',
      complained: '',
    });
    const found = [...factsOf(target)].filter(([path]) => !isOnlyAbove(path, entries));
    expectSame(new Map(found), new Map(entries.map((entry) => [entry.path, wantedFacts(entry)])));
  });

  test('lists its snapshots', () => {
    const { code, said } = read(expected.key, cloud);
    expect(code).toBe(0);
    expect(
      said
        .split('\n')
        .map((line) => line.slice(0, 26))
        .filter(Boolean),
    ).toEqual(expected.snapshots.map(({ id }) => id));
  });
});

describe('an archive that the program has just written', () => {
  const key = new Secret(randomBytes(32));
  const digits = toHex(key.reveal());
  let cloud: string;
  let id: string;
  let home: string;
  const days: { snapshot: string; facts: Map<string, Fact> }[] = [];

  beforeAll(async () => {
    [cloud, home] = [newPlace(), newPlace()];
    const store = folderStore(cloud);
    const archive = await createArchive({
      store,
      key,
      unlock: [{ way: 'key' }],
      engine: inlineEngine(nodePrimitives()),
    });
    id = archive.id;
    const journal = openJournal(join(scratch, 'journal.db'), id);
    makeHome(home);
    for (let day = 0; day < 4; day++) {
      live(home, day);
      const source = await folderSource([home]);
      const { id: snapshot } = await writeSnapshot(archive, source, {
        device: { id: 'd', name: 'Phone' },
        journal,
      });
      days.push({ snapshot, facts: factsOf(home) });
    }
    await journal.close();
  });

  const files = (): number => [...days[3]!.facts.values()].filter(({ kind }) => kind === 'file').length;
  const objectsOf = (kind: string): string[] =>
    readdirSync(join(cloud, id, kind))
      .toSorted()
      .map((name) => join(id, kind, name));

  test.each([0, 1, 2, 3])('comes back as it was on day %i', (day) => {
    const target = newPlace();
    const { snapshot, facts } = days[day]!;
    expect(read(digits, cloud, target, '--snapshot', snapshot)).toEqual({
      code: 0,
      said: '',
      complained: '',
    });
    expectSame(factsOf(target), facts);
  });

  test('comes back as it is now, with the key as people keep it, in a file', () => {
    const [target, file] = [newPlace(), newPlace()];
    writeFileSync(
      file,
      digits
        .toUpperCase()
        .replace(/(.{16})/g, '$1\n')
        .replace(/([^\n]{4})/g, '$1 - '),
    );
    expect(read('', cloud, target, '--key-file', file)).toEqual({ code: 0, said: '', complained: '' });
    expectSame(factsOf(target), days[3]!.facts);
  });

  test('is not opened by another key, by none, or over something that is there', () => {
    expect(
      read(
        digits.replace(/^./, (d) => (d === '0' ? '1' : '0')),
        cloud,
        newPlace(),
      ),
    ).toMatchObject({
      code: 1,
      complained: 'There is no snapshot of this key.\n',
    });
    expect(read('12345', cloud, newPlace())).toMatchObject({
      code: 1,
      complained: 'The key has 64 digits, 0-9 and a-f.\n',
    });
    expect(read(digits, cloud, home)).toMatchObject({
      code: 1,
      complained: expect.stringContaining('is not empty'),
    });
  });

  describe('and that was damaged since', () => {
    let damaged: string;
    beforeEach(() => {
      damaged = newPlace();
      cpSync(cloud, damaged, { recursive: true });
    });

    function change(object: string, edit: (bytes: Buffer) => Buffer | void): void {
      const bytes = readFileSync(join(damaged, object));
      writeFileSync(join(damaged, object), edit(bytes) ?? bytes);
    }

    /** Restores what is left: whatever has its name has its content, too. */
    function restore(...args: readonly string[]): {
      code: number | null;
      complained: string;
      restored: number;
    } {
      const target = newPlace();
      const { code, complained } = read(digits, damaged, target, ...args);
      const found = [...factsOf(target)].filter(([, { kind }]) => kind === 'file');
      for (const [path, fact] of found)
        expect(days.some(({ facts }) => facts.get(path)?.sha256 === fact.sha256)).toBe(true);
      return { code, complained, restored: found.length };
    }

    test.each([0, 40, 41, 1000, 100_000, 300_000])('at byte %i of each pack, says so', (at) => {
      for (const pack of objectsOf('packs')) change(pack, (bytes) => void (bytes[at]! ^= 1));
      const { code, complained, restored } = restore();
      expect(code).toBe(1);
      expect(complained).toMatch(/packs\/[0-9a-f]{32} (was altered|is not what its name says)/);
      expect(restored).toBeLessThanOrEqual(files());
    });

    test('in the table or trailer of a pack, says so and gives everything back', () => {
      for (const at of [-1, -30])
        for (const pack of objectsOf('packs')) change(pack, (bytes) => void (bytes[bytes.length + at]! ^= 1));
      expect(restore()).toMatchObject({
        code: 1,
        restored: files(),
        complained: expect.stringContaining('was altered'),
      });
    });

    test('by cutting a pack, or deleting it, says so', () => {
      const [first, second] = objectsOf('packs');
      change(first!, (bytes) => bytes.subarray(0, 5000));
      rmSync(join(damaged, second!));
      expect(restore()).toMatchObject({
        code: 1,
        complained: expect.stringMatching(/is cut short|ENOENT/),
      });
    });

    test('by taking one pack for another, says so', () => {
      const [first, second] = objectsOf('packs').map((pack) => join(damaged, pack));
      cpSync(first!, second!);
      expect(restore()).toMatchObject({ code: 1, complained: expect.stringContaining('was altered') });
    });

    test.each([0, 8, 24, 56, 100, 4095])('at byte %i of the newest snapshot, restores nothing', (at) => {
      change(objectsOf('snapshots').at(-1)!, (bytes) => void (bytes[at]! ^= 1));
      const target = newPlace();
      expect(read(digits, damaged, target).code).toBe(1);
      expect(() => readdirSync(target)).toThrow('ENOENT');
    });

    test('in the newest snapshot, gives an older one that is asked for, and says what is wrong', () => {
      change(objectsOf('snapshots').at(-1)!, (bytes) => void (bytes[200]! ^= 1));
      const target = newPlace();
      const { code, complained } = read(digits, damaged, target, '--snapshot', days[1]!.snapshot);
      expect(code).toBe(1);
      expect(complained).toContain(`${days[3]!.snapshot} was altered`);
      expectSame(factsOf(target), days[1]!.facts);
    });

    test('by another snapshot under the name of an older one, refuses it', () => {
      const [first, second] = objectsOf('snapshots').map((name) => join(damaged, name));
      renameSync(first!, second!);
      for (const day of [0, 1]) {
        const { code, complained } = read(digits, damaged, newPlace(), '--snapshot', days[day]!.snapshot);
        expect(code).toBe(1);
        expect(complained).toMatch(/ENOENT|is another than the one that was made/);
      }
    });

    test('by an older snapshot under a newer name, refuses it', () => {
      const [first, ...others] = objectsOf('snapshots').map((name) => join(damaged, name));
      cpSync(first!, others.at(-1)!);
      expect(read(digits, damaged, newPlace())).toMatchObject({
        code: 1,
        complained: expect.stringContaining('was altered'),
      });
    });

    test.each(['snapshots', 'packs'])('by a version of %s that is to come, wants a newer reader', (kind) => {
      for (const name of objectsOf(kind)) change(name, (bytes) => void bytes.writeUInt16BE(2, 4));
      expect(read(digits, damaged, newPlace())).toMatchObject({
        code: 1,
        complained: expect.stringContaining('has format version 2: take a newer reader'),
      });
    });

    test('by a version that is past, says so', () => {
      for (const name of objectsOf('snapshots')) change(name, (bytes) => void bytes.writeUInt16BE(0, 4));
      expect(read(digits, damaged, newPlace())).toMatchObject({
        code: 1,
        complained: expect.stringContaining('preview version'),
      });
    });

    test.each([0, 6, 8, 45])('at byte %i of the descriptor, says so and gives everything back', (at) => {
      change(join(id, 'descriptor'), (bytes) => void (bytes[at]! ^= 1));
      expect(restore()).toMatchObject({
        code: 1,
        restored: files(),
        complained: expect.stringContaining('/descriptor '),
      });
    });
  });
});

function makeHome(home: string): void {
  for (const folder of ['Databases', 'Media/Voice', 'odd/a/b'])
    mkdirSync(join(home, folder), { recursive: true });
  const odd = [
    '-rf',
    '...',
    'new\nline',
    'quote"s',
    '\uFEFFmark',
    '漢字',
    '😀',
    'back\\slash',
    ' spaces ',
    'a-b',
    `long${'x'.repeat(200)}`,
  ];
  for (const name of odd) writeFileSync(join(home, 'odd', name), name);
  writeFileSync(join(home, 'odd/a/b/empty'), '');
  symlinkSync('../odd/漢字', join(home, 'odd/link'));
  symlinkSync('/does/not/exist', join(home, 'odd/dangling'));
  writeFileSync(join(home, 'odd/program'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(home, 'Media/Voice/long.opus'), randomBytes(65_536));
  writeFileSync(join(home, 'Media/film.mp4'), Buffer.alloc(9_000_000, 'a film of the sea '));
  chmodSync(join(home, 'odd/a'), 0o700);
  utimesSync(join(home, 'odd/-rf'), 1_234_567.123456, 1_234_567.123456);
}

/** A day of chatting. */
function live(home: string, day: number): void {
  using database = new DatabaseSync(join(home, 'Databases/msgstore.db'));
  database.exec('CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, text TEXT); BEGIN;');
  const insert = database.prepare('INSERT INTO message (text) VALUES (?)');
  for (let i = 0; i < (day === 0 ? 8000 : 300); i++)
    insert.run(`message ${i} of day ${day}, ${'and so on '.repeat(i % 20)}`);
  database.exec(`UPDATE message SET text = upper(text) WHERE id % 50 = ${day}`);
  if (day === 2) database.exec('DELETE FROM message WHERE id BETWEEN 1000 AND 4000');
  database.exec('COMMIT;');
  writeFileSync(join(home, `Media/day${day}.jpg`), randomBytes(100_000));
  if (day === 2) rmSync(join(home, 'Media/day0.jpg'));
}
