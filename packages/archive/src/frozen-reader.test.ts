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
import { type Bytes, toHex } from '@strongroom/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Archive } from './archive.ts';
import { writeDescriptor } from './descriptor.ts';
import type { Entry } from './entry.ts';
import { KeyRing } from './format/key-ring.ts';
import { type BackupKey, deriveKeys } from './format/keys.ts';
import { snapshotName } from './object-names.ts';
import { findSnapshot, newestSnapshot } from './snapshot/history.ts';
import { sealSnapshot } from './snapshot/snapshot-object.ts';
import { Forger } from './testing/craft.ts';
import { backup, newArchive, noise, prose, testKey } from './testing/fixtures.ts';
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
  store: MemoryStore,
  key: BackupKey,
  ...args: readonly string[]
): { code: number | null; complained: string; target: string } {
  const [folder, target] = [newPlace(), newPlace()];
  for (const [name, bytes] of store.objects) write(join(folder, name), bytes);
  const input = toHex(key.reveal());
  const run = spawnSync(process.execPath, [reader, folder, target, ...args], { input, encoding: 'utf8' });
  return { code: run.status, complained: run.stderr, target };
}

function write(place: string, bytes: Bytes): void {
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, bytes);
}

describe('an archive whose key was changed twice', () => {
  const keys = [testKey(1), testKey(2), testKey(3)];
  const contents = [prose(9000, 1), noise(5000, 2), prose(7000, 3)];
  let store: MemoryStore;
  let latest: Archive;
  const ids: string[] = [];

  beforeAll(async () => {
    const { archive, store: made } = await newArchive({ key: keys[0]! });
    store = made;
    for (let day = 0; day < 3; day++) {
      latest = await openedWith(archive, keys.slice(0, day + 1));
      const tree = Object.fromEntries(
        contents.slice(0, day + 1).map((content, i) => [`day ${i}`, { content, identity: `${i}` }]),
      );
      ids.push((await backup(latest, tree)).id);
      await resealNewest(latest, keys.slice(0, day));
      await writeDescriptor(store, archive.id, latest.keys.current, [{ way: 'key' }]);
    }
  });

  /** The archive as a device has it that knows these keys, the last of which is the current one. */
  async function openedWith(archive: Archive, known: readonly BackupKey[]): Promise<Archive> {
    const ring = new KeyRing(await deriveKeys(known.at(-1)!));
    await ring.learn(known);
    return { ...archive, keys: ring };
  }

  /** Gives the newest snapshot its list of earlier keys. */
  async function resealNewest(archive: Archive, earlierKeys: readonly BackupKey[]): Promise<void> {
    const newest = (await newestSnapshot(archive))!;
    const bytes = await sealSnapshot(archive, newest.id, { ...newest, earlierKeys });
    await store.put(snapshotName(archive.id, newest.id), bytes);
  }

  test.each([0, 1, 2])('opens with the last key alone, also what it was on day %i', (day) => {
    const { code, complained, target } = read(store, keys[2]!, '--snapshot', ids[day]!);
    expect(complained).toBe('');
    expect(code).toBe(0);
    expect(readdirSync(target).toSorted()).toEqual(contents.slice(0, day + 1).map((_, i) => `day ${i}`));
    for (let i = 0; i <= day; i++)
      expect(new Uint8Array(readFileSync(join(target, `day ${i}`)))).toEqual(contents[i]);
  });

  test('opens with an earlier key only as far as that went', () => {
    expect(read(store, keys[0]!)).toMatchObject({
      code: 1,
      complained: expect.stringContaining('another key'),
    });
  });

  test('does not take what somebody wrote who has an earlier key', async () => {
    const thief = await openedWith(latest, keys.slice(0, 1));
    const forged = store.objects;
    for (const id of ['7ZZZZZZZZZZZZZZZZZZZZZZZZZ', ids[1]!]) {
      const copy = new Map(forged);
      const kept = await findSnapshot(latest, ids[0]!);
      copy.set(snapshotName(latest.id, id), await sealSnapshot(thief, id, { ...kept, number: 9 }));
      const { code, complained } = read(
        { ...store, objects: copy } as MemoryStore,
        keys[2]!,
        '--snapshot',
        id,
      );
      expect(code).toBe(1);
      expect(complained).toMatch(/is sealed under another key|is another than the one that was made/);
    }
  });
});

describe('a manifest that no honest writer makes', () => {
  async function forged(
    makeEntries: (forger: Forger) => Promise<readonly Entry[]>,
  ): Promise<ReturnType<typeof read>> {
    const { archive, store, key } = await newArchive();
    const forger = new Forger(archive);
    await forger.snapshot(await makeEntries(forger));
    return read(store, key);
  }

  test.each(['../outside', '/outside', 'a/../../outside', 'a//b', './a', 'a/', '', 'nul\0'])(
    'with the path %j, writes nothing under it',
    async (path) => {
      const { code, complained, target } = await forged(async (forger) => [await forger.file(path)]);
      expect(code).toBe(1);
      expect(complained).toContain('holds a path that is not allowed');
      expect(existsSync(join(target, '../outside'))).toBe(false);
      expect(readdirSync(target)).toEqual([]);
    },
  );

  test('with a link to elsewhere and a file below it, follows no link', async () => {
    const elsewhere = newPlace();
    mkdirSync(elsewhere, { recursive: true });
    const { code } = await forged(async (forger) => {
      const file = await forger.file('a/file');
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
        Promise.all(paths.map((path) => forger.file(path))),
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
      const { code, complained } = await forged(async (forger) => [one(await forger.file('a'))]);
      expect(code).toBe(1);
      expect(complained).toMatch(/is not whole|behind its end/);
    }
  });
});
