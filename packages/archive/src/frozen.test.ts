import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { Secret, fromHex, toHex } from '@strongroom/core';
import { PruneMarkSchema } from '@strongroom/wire/archive';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Archive, openArchive } from './archive.ts';
import { codecIds } from './codec/codec.ts';
import { portableCodec } from './codec/portable-codec.ts';
import type { ChunkEngine } from './engine/chunk-engine.ts';
import { inlineEngine } from './engine/inline-engine.ts';
import { type Primitives, webPrimitives } from './engine/primitives.ts';
import { type Entry, chunksOf } from './entry.ts';
import { openObject } from './format/sealed-object.ts';
import { extentsPerRecord } from './manifest/limits.ts';
import { readManifest } from './manifest/manifest-reader.ts';
import { nodePrimitives } from './node/node-primitives.ts';
import { ChunkReader } from './pack/chunk-reader.ts';
import { framingLength } from './pack/layout.ts';
import { findSnapshot, listSnapshots } from './snapshot/history.ts';
import { all, noRetry, restore } from './testing/fixtures.ts';
import { MemoryStore } from './testing/memory-store.ts';
import type { Restored } from './testing/memory-target.ts';
import { verifyArchive } from './verify.ts';

interface Expected {
  readonly archiveId: string;
  readonly key: string;
  readonly pruneMark: { id: string; time: number; packs: string[]; snapshots: string[] };
  readonly snapshots: readonly { id: string; number: number; entries: readonly { path: string }[] }[];
}

const fixtures = join(import.meta.dirname, '../../../fixtures');
const versions = readdirSync(fixtures).filter((name) => /^archive-v\d+$/.test(name));

test('there is a frozen archive of format version 1', () => {
  expect(versions).toContain('archive-v1');
});

describe.each(versions)('the frozen %s', (version) => {
  const expected = JSON.parse(readFileSync(join(fixtures, version, 'expected.json'), 'utf8')) as Expected;
  const ids = expected.snapshots.map(({ id }) => id);
  let store: MemoryStore;

  beforeAll(() => {
    store = new MemoryStore(new Map(objectsIn(join(fixtures, version, 'cloud'))));
  });

  function open(engine?: ChunkEngine): Promise<Archive> {
    const key = new Secret(fromHex(expected.key));
    const options = { store, key, archiveId: expected.archiveId, retry: noRetry };
    return openArchive({ ...options, ...(engine && { engine }) });
  }

  test('names its snapshots', async () => {
    const snapshots = await listSnapshots(await open());
    expect(snapshots.map(({ id }) => id).toReversed()).toEqual(ids);
    expect(snapshots.map(({ number }) => number)).toEqual(
      expected.snapshots.map(({ number }) => number).toReversed(),
    );
  });

  const platforms: [string, Primitives][] = [
    ['in a browser', webPrimitives(portableCodec)],
    ['in Node', nodePrimitives()],
  ];
  describe.each(platforms)('read %s', (_, primitives) => {
    test.each(expected.snapshots)('gives back every byte of snapshot $number', async ({ id, entries }) => {
      const archive = await open(inlineEngine(primitives));
      const { target } = await restore(archive, id);
      const found = [...target.entries.values()].map(described);
      expect(new Map(found.map((one) => [one.path, one]))).toEqual(
        new Map(entries.map((one) => [one.path, one])),
      );
    });
  });

  test('passes every check', async () => {
    const { problems, snapshots } = await verifyArchive(await open(), { depth: 'full' });
    expect(problems).toEqual([]);
    expect(snapshots).toBe(ids.length);
  });

  test('says what is about to be deleted', async () => {
    const { id, ...content } = expected.pruneMark;
    const name = `${expected.archiveId}/prune/${id}`;
    const { keys } = await open();
    const bytes = await openObject(
      { magic: 'SRPR', label: 'strongroom prune' },
      keys,
      name,
      store.objects.get(name)!,
    );
    const { timeMs, packs, snapshots } = fromBinary(PruneMarkSchema, bytes);
    expect({ time: Number(timeMs), packs: packs.map(toHex), snapshots }).toEqual(content);
  });

  describe('holds', () => {
    let entries: Entry[][];
    const codecs = new Set<number>();

    beforeAll(async () => {
      const archive = await open(inlineEngine(watched(nodePrimitives(), codecs)));
      const reader = new ChunkReader(archive);
      entries = [];
      for (const id of ids)
        entries.push(await all(readManifest(reader, (await findSnapshot(archive, id)).manifest)));
      for (const chunk of entries.flat().flatMap((entry) => [...chunksOf(entry)])) await reader.chunk(chunk);
    });

    const versionsOf = (path: string): Entry[] =>
      entries.map((day) => day.find((entry) => entry.path === path)!).filter((entry) => entry !== undefined);

    test('patches of pages, and runs that were written anew', () => {
      const days = versionsOf('Databases/pages.db');
      expect(days[0]!.patches).toEqual([]);
      expect(days[1]!.patches.length).toBeGreaterThan(5);
      const chunksUsed = days.map(
        (day) => new Set([...chunksOf(day)].map(({ pack, ordinal }) => `${pack}/${ordinal}`)),
      );
      // A chunk of the first day that is no longer used, though its pages were not all changed.
      expect([...chunksUsed[0]!].every((chunk) => chunksUsed.at(-1)!.has(chunk))).toBe(false);
      expect(
        versionsOf('Databases/msgstore.db').every(({ patches }, day) => day === 0 || patches.length > 0),
      ).toBe(true);
    });

    test('an entry of several records in several groups', () => {
      const [many] = versionsOf('notes/many pieces.bin');
      expect(many!.extents.length).toBeGreaterThan(extentsPerRecord);
      expect(many!.patches.length).toBeGreaterThan(extentsPerRecord);
    });

    test('chunks under two keys, in one file', () => {
      const keys = new Set([...chunksOf(versionsOf('Databases/pages.db').at(-1)!)].map(({ key }) => key));
      expect(keys.size).toBe(2);
    });

    test('chunks in every codec', () => {
      const stored = entries.flat().flatMap((entry) => [...chunksOf(entry)]);
      expect(
        stored.some(({ plainLength, sealedLength }) => sealedLength === plainLength + framingLength),
      ).toBe(true);
      expect(codecs).toEqual(new Set([codecIds.zstd, codecIds.deflateRaw]));
    });
  });
});

function* objectsIn(folder: string): Generator<[string, Uint8Array<ArrayBuffer>]> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const place = join(entry.parentPath, entry.name);
    if (entry.isFile()) yield [place.slice(folder.length + 1), new Uint8Array(readFileSync(place))];
  }
}

/** An entry as the list of what is expected has it. */
function described({ path, kind, category, mode, mtimeNs, linkTarget, content }: Restored): { path: string } {
  const facts = { path, kind, category, mode: mode.toString(8), modifiedNs: String(mtimeNs) };
  if (kind === 'symlink') return { ...facts, linkTarget } as { path: string };
  if (kind === 'directory') return facts;
  return { ...facts, size: content.length, sha256: createHash('sha256').update(content).digest('hex') } as {
    path: string;
  };
}

/** Remembers which codecs it met. */
function watched(primitives: Primitives, met: Set<number>): Primitives {
  const { codec } = primitives;
  return {
    ...primitives,
    codec: {
      ...codec,
      decompress(id, payload, plainLength) {
        met.add(id);
        return codec.decompress(id, payload, plainLength);
      },
    },
  };
}
