import { type Bytes, toHex } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Archive } from '../archive.ts';
import type { Entry } from '../entry.ts';
import { damaged } from '../format/header.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { all, newArchive } from '../testing/fixtures.ts';
import { GroupCutter } from './cut.ts';
import type { MayKeep } from './group-follower.ts';
import { extentsPerRecord } from './limits.ts';
import { type ListedEntry, listedAgain } from './listed-entry.ts';
import { listManifest } from './manifest-reader.ts';
import { ManifestWriter } from './manifest-writer.ts';

const cutKey = new Uint8Array(32).fill(3);

// Every fourth ends a group, so that short lists have many groups, and most of them the same length.
const paths = Array.from({ length: 120 }, (_, i) => pathThat(i % 4 === 3, String(i).padStart(3, '0')));

const chunk = refOf(new Uint8Array(32).fill(1));
const many = Array.from({ length: 2 * extentsPerRecord + 5 }, () => ({ chunk, offset: 0, length: 1 }));

/** States that an entry can be in: two contents, another time, more extents than a record holds, a directory. */
const states: readonly ((path: string) => Entry)[] = [
  (path) => fileOf(path, 1n, [{ chunk, offset: 0, length: 10 }]),
  (path) => fileOf(path, 1n, [{ chunk, offset: 5, length: 10 }]),
  (path) => fileOf(path, 2n, [{ chunk, offset: 0, length: 10 }]),
  (path) => fileOf(path, 1n, path === paths[10] || path === paths[60] ? many : []),
  (path) => ({ ...fileOf(path, 1n, []), kind: 'directory' }),
];

/** What is at a path: one of the states, or nothing. */
type State = number | undefined;

/** Keeps groups as they are, by names that are theirs alone. */
class Groups {
  readonly plain: Bytes[] = [];
  readonly lost = new Set<number>();

  store = async (plain: Bytes): Promise<ChunkRef> => {
    const name = new Uint8Array(32);
    new DataView(name.buffer).setUint32(0, this.plain.push(plain) - 1);
    return refOf(name);
  };

  numberOf({ name }: ChunkRef): number {
    return new DataView(name.buffer).getUint32(0);
  }

  reader(archive: Archive): ChunkReader {
    return new GroupReader(archive, this);
  }
}

class GroupReader extends ChunkReader {
  readonly #groups: Groups;

  constructor(archive: Archive, groups: Groups) {
    super(archive);
    this.#groups = groups;
  }

  override async chunk(ref: ChunkRef): Promise<Bytes> {
    const number = this.#groups.numberOf(ref);
    if (this.#groups.lost.has(number)) throw damaged('a group', 'was altered');
    return this.#groups.plain[number]!;
  }
}

describe('the groups of a changed list', () => {
  const state = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2, 3, 4, undefined));
  const before = fc.array(state, { minLength: paths.length, maxLength: paths.length });
  const change = fc.record({ at: fc.nat(paths.length - 1), to: state });
  const place = fc.oneof(fc.nat(paths.length), fc.constant(paths.length));
  const gone = fc.option(fc.tuple(fc.nat(paths.length), place), { nil: [0, 0] as const });
  const chosen = fc.array(fc.nat(30), { maxLength: 4 });

  test('are the same bytes as when every one is encoded anew', async () => {
    const { archive } = await newArchive();
    let kept = 0;
    const property = fc.asyncProperty(
      before,
      fc.array(change, { maxLength: 6 }),
      gone,
      chosen,
      chosen,
      async (old, changes, [from, to], lost, unusable) => {
        const now = old.map((one, i) => (i >= from && i < to ? undefined : one));
        for (const { at, to } of changes) now[at] = to;
        const groups = new Groups();
        const manifest = await write(entriesOf(old), groups);
        for (const number of lost) groups.lost.add(number);
        const mayKeep = (ref: ChunkRef): boolean => !unusable.includes(groups.numberOf(ref));
        const listed = await all(listManifest(groups.reader(archive), manifest, () => undefined));
        const stored = groups.plain.length;

        const followed = await write(beside(entriesOf(now), listed), groups, mayKeep);
        const anew = await write(entriesOf(now), groups);

        expect(followed.map((ref) => textOf(groups, ref))).toEqual(anew.map((ref) => textOf(groups, ref)));
        const keptNow = followed.map((ref) => groups.numberOf(ref)).filter((number) => number < stored);
        for (const number of keptNow) expect([...lost, ...unusable]).not.toContain(number);
        kept += keptNow.length;
      },
    );
    await fc.assert(property, { numRuns: 200 });
    expect(kept).toBeGreaterThan(200);
  });

  test('are the old ones, none encoded, when nothing has changed', async () => {
    const { archive } = await newArchive();
    const groups = new Groups();
    const list = entriesOf(paths.map((_, i) => i % states.length));
    const manifest = await write(list, groups);
    expect(manifest.length).toBeGreaterThan(20);
    const listed = await all(listManifest(groups.reader(archive), manifest));
    const stored = groups.plain.length;
    expect(await write(beside(list, listed), groups, () => true)).toEqual(manifest);
    expect(groups.plain).toHaveLength(stored);
  });
});

test('records that another writer has cut elsewhere are cut anew', async () => {
  const { archive } = await newArchive();
  const groups = new Groups();
  const [entry] = entriesOf([0]).map((one) => ({ ...one, size: many.length, extents: many }));
  const manifest = await write([entry!], groups);
  const listed = await all(listManifest(groups.reader(archive), manifest));
  const [{ places }] = listed as [ListedEntry];
  const shorter = places.map(({ group, index }) => {
    const records = group.records.map((record) => ({
      ...record,
      entry: { ...record.entry, extents: record.entry.extents.slice(1) },
    }));
    return { group: { ...group, records }, index };
  });
  const again = await write([{ entry: listed[0]!.entry, places: shorter }], groups, () => true);
  expect(again.map((ref) => groups.numberOf(ref))).toEqual([3, 4, 5]);
});

/** Writes a list of entries, or of entries with their places. */
async function write(
  list: readonly (Entry | ListedEntry)[],
  groups: Groups,
  mayKeep?: MayKeep,
): Promise<readonly ChunkRef[]> {
  const writer = new ManifestWriter(cutKey, groups.store, mayKeep);
  for (const one of list) await ('entry' in one ? writer.add(one.entry, one.places) : writer.add(one));
  return writer.finish();
}

function textOf(groups: Groups, ref: ChunkRef): string {
  return toHex(groups.plain[groups.numberOf(ref)]!);
}

function entriesOf(list: readonly State[]): Entry[] {
  return list.flatMap((state, i) => (state === undefined ? [] : [states[state]!(paths[i]!)]));
}

/** Entries as a backup finds them: what is as it was keeps the lists of its pieces. */
function beside(now: readonly Entry[], before: readonly ListedEntry[]): ListedEntry[] {
  const byPath = new Map(before.map((listed) => [listed.entry.path, listed]));
  return now.map((entry) => {
    const old = byPath.get(entry.path);
    const isSame = old && hasSameExtents(old.entry, entry);
    return listedAgain(isSame ? { ...entry, extents: old.entry.extents } : entry, old);
  });
}

function hasSameExtents({ extents }: Entry, b: Entry): boolean {
  return (
    extents.length === b.extents.length && extents.every(({ offset }, i) => b.extents[i]!.offset === offset)
  );
}

/** A path with this beginning that ends a group, or does not. */
function pathThat(ends: boolean, beginning: string): string {
  for (let i = 0; ; i++) {
    const path = `${beginning}/${i}`;
    const record = { entry: fileOf(path, 1n, []), continues: false, patchedTo: 0 };
    if (new GroupCutter(cutKey).endsAfter(record) === ends) return path;
  }
}

function fileOf(path: string, mtimeNs: bigint, extents: Entry['extents']): Entry {
  const size = extents.reduce((sum, { length }) => sum + length, 0);
  const facts = { path, kind: 'file', category: 'media', size, mtimeNs, mode: 0o644 } as const;
  return { ...facts, extents, patches: [] };
}

function refOf(name: Bytes): ChunkRef {
  const place = { pack: 'ab'.repeat(16), key: 'cd'.repeat(16), ordinal: 1, offset: 40 };
  return { name, ...place, sealedLength: 117, plainLength: 100 };
}
