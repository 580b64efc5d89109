import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Bytes, toHex, utf8 } from '@strongroom/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Archive } from './archive.ts';
import type { Entry } from './entry.ts';
import type { BackupKey } from './format/keys.ts';
import { snapshotName } from './object-names.ts';
import { pruneArchive } from './prune/prune-archive.ts';
import { publishRotated } from './rotate/publish-rotated.ts';
import { findSnapshot } from './snapshot/history.ts';
import { sealSnapshot } from './snapshot/snapshot-object.ts';
import { Forger } from './testing/craft.ts';
import { backup, databaseOf, newArchive, noise, phone, prose, testKey } from './testing/fixtures.ts';
import { MemoryJournal } from './testing/memory-journal.ts';
import type { MemoryStore } from './testing/memory-store.ts';

// What the reader that shares no code with this package makes of archives that are hard to come by.

const reader = join(import.meta.dirname, '../../../reader/read-archive.mjs');

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'frozen-reader-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

let places = 0;
function newPlace(): string {
  return join(scratch, `${places++}/place`);
}

/** Reads what is in a store from a folder. */
function read(
  objects: ReadonlyMap<string, Bytes>,
  key: BackupKey,
  ...args: readonly string[]
): { code: number | null; complained: string; target: string } {
  const [folder, target] = [newPlace(), newPlace()];
  for (const [name, bytes] of objects) write(join(folder, name), bytes);
  const input = toHex(key.reveal());
  const run = spawnSync(process.execPath, [reader, folder, target, ...args], { input, encoding: 'utf8' });
  return { code: run.status, complained: run.stderr, target };
}

function write(place: string, bytes: Bytes): void {
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, bytes);
}

describe('an archive whose key was changed twice', () => {
  const keys = [testKey(1), testKey(2), testKey(3)] as const;
  const contents = [prose(9000, 1), noise(5000, 2), prose(7000, 3)];
  let store: MemoryStore;
  let first: Archive;
  let latest: Archive;
  const ids: string[] = [];

  beforeAll(async () => {
    ({ archive: first, store } = await newArchive({ key: keys[0] }));
    const journal = new MemoryJournal();
    latest = first;
    for (const [day, key] of keys.entries()) {
      if (day > 0) ({ archive: latest } = await publishRotated(latest, key, { device: phone }));
      const there = contents
        .slice(0, day + 1)
        .map((content, i) => [`day ${i}`, { content, identity: `${i}` }]);
      ids.push((await backup(latest, Object.fromEntries(there), { journal })).id);
    }
    await latest.setUnlock([{ way: 'key' }]);
  });

  test.each([0, 1, 2])('opens with the last key alone, also what it was on day %i', (day) => {
    const { code, complained, target } = read(store.objects, keys[2], '--snapshot', ids[day]!);
    expect(complained).toBe('');
    expect(code).toBe(0);
    expect(readdirSync(target).toSorted()).toEqual(contents.slice(0, day + 1).map((_, i) => `day ${i}`));
    for (let i = 0; i <= day; i++)
      expect(new Uint8Array(readFileSync(join(target, `day ${i}`)))).toEqual(contents[i]);
  });

  test('with an earlier key says that there is more, and opens what is asked for of that time', () => {
    const { code, complained, target } = read(store.objects, keys[0]);
    expect(code).toBe(1);
    expect(complained).toContain('is newer, and of another key');
    expect(existsSync(target)).toBe(false);
    const asked = read(store.objects, keys[0], '--snapshot', ids[0]!);
    expect(readdirSync(asked.target)).toEqual(['day 0']);
  });

  /** What is there, and a snapshot that is sealed under the first key. */
  async function forgedAs(id: string): Promise<Map<string, Bytes>> {
    const forged = { ...(await findSnapshot(first, ids[0]!)), number: 9 };
    return new Map(store.objects).set(snapshotName(first.id, id), await sealSnapshot(first, id, forged));
  }

  describe('and to which somebody writes who has the first key', () => {
    const newest = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';

    test('does not take that for the newest', async () => {
      const { code, complained, target } = read(await forgedAs(newest), keys[2]);
      expect(code).toBe(1);
      expect(complained).toContain(`${newest} is sealed under an earlier key, and not taken`);
      expect(readdirSync(target)).toHaveLength(3);
    });

    test.each([newest, '00000000000000000000000000', 'of day 1'])('does not take it for %s', async (name) => {
      const id = name === 'of day 1' ? ids[1]! : name;
      const { code, complained, target } = read(await forgedAs(id), keys[2], '--snapshot', id);
      expect(code).toBe(1);
      expect(complained).toMatch(/is sealed under another key|is another than the one that was made/);
      expect(existsSync(target)).toBe(false);
    });
  });
});

test('after a prune that moved chunks, what is kept comes back from where it is now', async () => {
  const { archive, store, key } = await newArchive();
  const pages = Array.from({ length: 300 }, (_, i) => prose(1024, 1 + i));
  const days: Bytes[] = [];
  for (let day = 0; day < 6; day++) {
    for (let page = 1; page < 300; page += 7) pages[page]!.set(utf8(`day ${day}`), 10 * day);
    for (let page = 40 * day + 1; page < 40 * day + 30; page++) pages[page] = noise(1024, 1000 * day + page);
    days.push(databaseOf(pages, 1024));
    await backup(archive, { 'a.db': { category: 'messages', content: days[day]! } });
  }
  const packs = [...store.objects.keys()].filter((name) => name.includes('/packs/'));
  const policy = { last: 3, daily: 0, weekly: 0, monthly: 0 };
  const pruned = await pruneArchive(archive, { device: phone, policy, deleteNow: true, repackBelow: 0.99 });
  expect(pruned.repackedPacks).toBeGreaterThan(1);
  expect(packs.filter((name) => store.objects.has(name)).length).toBeLessThan(packs.length);
  const { id, kept } = await findSnapshot(archive, 'latest');
  expect(kept.map(({ firstHash }) => firstHash?.length)).toEqual([32, 32]);
  for (const [i, snapshot] of [...kept.map((one) => one.id), id].entries()) {
    const { complained, target } = read(store.objects, key, '--snapshot', snapshot);
    expect(complained).toBe('');
    expect(Buffer.compare(readFileSync(join(target, 'a.db')), days[3 + i]!)).toBe(0);
  }
});

/** A file of ten bytes. */
async function fileOf(forger: Forger, path: string): Promise<Entry> {
  const chunk = await forger.chunk(noise(10, 1 + path.length));
  const facts = { path, kind: 'file', category: 'other', size: 10, mtimeNs: 0n, mode: 0o644 } as const;
  return { ...facts, extents: [{ chunk, offset: 0, length: 10 }], patches: [] };
}

/** Reads an archive of one snapshot, of these entries. */
async function forged(
  makeEntries: (forger: Forger) => Promise<readonly Entry[]>,
): Promise<ReturnType<typeof read>> {
  const { archive, store, key } = await newArchive();
  const forger = new Forger(archive);
  await forger.snapshot(await makeEntries(forger));
  return read(store.objects, key);
}

describe('a manifest that no honest writer makes', () => {
  test.each(['../outside', '/outside', 'a/../../outside', 'a//b', './a', 'a/', '', 'nul\0'])(
    'with the path %j, writes nothing under it',
    async (path) => {
      const { code, complained, target } = await forged(async (forger) => [await fileOf(forger, path)]);
      expect(code).toBe(1);
      expect(complained).toMatch(/holds a path that is not allowed|is not in order/);
      expect(existsSync(join(target, '../outside'))).toBe(false);
      expect(readdirSync(target)).toEqual([]);
    },
  );

  test('with a link to elsewhere and a file below it, follows no link', async () => {
    const elsewhere = newPlace();
    mkdirSync(elsewhere, { recursive: true });
    const { code } = await forged(async (forger) => {
      const file = await fileOf(forger, 'a/file');
      const link: Entry = {
        ...file,
        path: 'a',
        kind: 'symlink',
        size: 0,
        linkTarget: elsewhere,
        extents: [],
        patches: [],
      };
      return [link, file];
    });
    expect(code).toBe(1);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('with paths out of order or twice, says so', async () => {
    for (const paths of [
      ['b', 'a'],
      ['a', 'a'],
    ]) {
      const { code, complained } = await forged((forger) =>
        Promise.all(paths.map((path) => fileOf(forger, path))),
      );
      expect(code).toBe(1);
      expect(complained).toContain('is not in order');
    }
  });

  test('with a file that is shorter than it says, or patched behind its end, says so', async () => {
    const change: ((file: Entry) => Entry)[] = [
      (file) => ({ ...file, size: 11 }),
      (file) => ({ ...file, patches: [{ ...file.extents[0]!, at: 1 }] }),
    ];
    for (const one of change) {
      const { code, complained } = await forged(async (forger) => [one(await fileOf(forger, 'a'))]);
      expect(code).toBe(1);
      expect(complained).toMatch(/is not whole|behind its end/);
    }
  });
});
