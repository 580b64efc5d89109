import { type Bytes, concat, isStrongroomError, randomBytes, toHex } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../entry.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { longestChunk } from '../pack/layout.ts';
import { comparePaths } from '../paths.ts';
import { restoreSnapshot } from '../read/restore.ts';
import { findSnapshot } from '../snapshot/history.ts';
import { Forger } from '../testing/craft.ts';
import { all, newArchive } from '../testing/fixtures.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import { extentsPerRecord } from './limits.ts';
import { type EntryRecord, decodeGroup, encodeGroup } from './group.ts';
import { readManifest } from './manifest-reader.ts';
import { ManifestWriter } from './manifest-writer.ts';

const cutKey = new Uint8Array(32).fill(3);

describe('the manifest', () => {
  test('is cut into groups of some hundred entries, of which an insertion changes one', async () => {
    const paths = Array.from({ length: 20_000 }, (_, i) => `Media/IMG-${String(i * 2).padStart(6, '0')}.jpg`);
    const before = await groupsOf(paths.map(file));
    expect(before.length).toBeGreaterThan(15);
    expect(before.length).toBeLessThan(100);
    const inserted = [...paths, 'Media/IMG-010001.jpg'].toSorted(comparePaths);
    const after = await groupsOf(inserted.map(file));
    const fresh = after.filter((group) => !before.includes(group));
    expect(fresh.length).toBeGreaterThan(0);
    expect(fresh.length).toBeLessThanOrEqual(2);
    const changed = await groupsOf(
      paths.map((path, i) => (i === 9000 ? { ...file(path), mode: 0o600 } : file(path))),
    );
    expect(changed.filter((group) => !before.includes(group))).toHaveLength(1);
  });

  test('has no group above the size of a chunk, whatever the names', async () => {
    const long = Array.from({ length: 300 }, (_, i) =>
      file(`${String(i).padStart(4, '0')}${'ä'.repeat(15_000)}`),
    );
    const plain: Bytes[] = [];
    await groupsOf(long, plain);
    expect(plain.length).toBeGreaterThan(1);
    for (const group of plain) expect(group.length).toBeLessThan(longestChunk);
  });

  test('keeps files of very many extents whole', async () => {
    const { archive } = await newArchive();
    const forger = new Forger(archive);
    const pieces = 2.5 * extentsPerRecord;
    const content = randomBytes(pieces);
    const chunk = await forger.chunk(content);
    const extents = Array.from({ length: pieces }, (_, i) => ({ chunk, offset: pieces - 1 - i, length: 1 }));
    const entries: Entry[] = [
      await forger.file('a'),
      { ...(await forger.file('b')), size: pieces, extents },
      await forger.file('c'),
    ];
    const target = new MemoryTarget();
    await restoreSnapshot(archive, await forger.snapshot(entries), target);
    expect([...target.entries.keys()].toSorted()).toEqual(['a', 'b', 'c']);
    expect(Buffer.compare(target.entries.get('b')!.content, content.toReversed())).toBe(0);
  });

  test('gives the rest when a group is lost, and never half a file', async () => {
    const { archive } = await newArchive();
    const forger = new Forger(archive);
    const chunk = await forger.chunk(randomBytes(1));
    const extents = Array.from({ length: 3 * extentsPerRecord }, () => ({ chunk, offset: 0, length: 1 }));
    const big: Entry = { ...(await forger.file('b')), size: extents.length, extents };
    const groups: ChunkRef[] = [];
    const writer = new ManifestWriter(cutKey, async (plain) => {
      const ref = await forger.chunk(plain);
      groups.push(ref);
      return ref;
    });
    for (const entry of [await forger.file('a'), big, await forger.file('c')]) await writer.add(entry);
    await writer.finish();
    expect(groups.length).toBe(4);
    await forger.snapshotOf(groups);
    for (const lost of groups.keys()) {
      const damaged = groups.map((ref, i) => (i === lost ? { ...ref, name: randomBytes(32) } : ref));
      const problems: unknown[] = [];
      const paths: string[] = [];
      const reader = new ChunkReader(archive);
      for await (const entry of readManifest(reader, damaged, (error) => problems.push(error)))
        paths.push(entry.path);
      expect(problems.length).toBeGreaterThan(0);
      // The first group holds a and the beginning of b, the last one c.
      const last = groups.length - 1;
      expect(paths).toEqual(lost === last ? ['a', 'b'] : lost === 0 ? ['c'] : ['a', 'c']);
    }
  });
});

describe('a manifest that no honest writer makes', () => {
  test.each(['../escape', '/etc/passwd', 'a/../../b', '', 'a//b', './a', 'a\0b', '..'])(
    'with the path %j is refused',
    async (path) => {
      const { archive } = await newArchive();
      const forger = new Forger(archive);
      const plain = await forgedGroup(forger, path);
      expect(() => decodeGroup(plain, 'x')).toThrow(expect.objectContaining({ code: 'archive-damaged' }));
      await forger.snapshotOf([await forger.chunk(plain)]);
      const target = new MemoryTarget();
      await expect(restoreSnapshot(archive, 'latest', target)).rejects.toMatchObject({
        code: 'archive-damaged',
      });
      expect(target.entries.size).toBe(0);
    },
  );

  test('out of order, or with a path twice, is refused', async () => {
    for (const paths of [
      ['b', 'a'],
      ['a', 'a'],
      ['a', 'a/b', 'a-b'],
    ]) {
      const { archive } = await newArchive();
      const forger = new Forger(archive);
      await forger.snapshot(await Promise.all(paths.map((path) => forger.file(path))));
      await expect(restoreSnapshot(archive, 'latest', new MemoryTarget())).rejects.toMatchObject({
        code: 'archive-damaged',
      });
    }
  });

  test('with a file of another size than its pieces is refused', async () => {
    const { archive } = await newArchive();
    const forger = new Forger(archive);
    await forger.snapshot([{ ...(await forger.file('a')), size: 11 }]);
    const { manifest } = await findSnapshot(archive, 'latest');
    const read = all(readManifest(new ChunkReader(archive), manifest));
    await expect(read).rejects.toMatchObject({ code: 'archive-damaged' });
  });
});

describe('decoding a group', () => {
  const plain = encodeGroup([
    { entry: file('a/b'), continues: false, patchedTo: 0 },
    {
      entry: { ...file('c'), kind: 'symlink', size: 0, extents: [], linkTarget: '../x' },
      continues: false,
      patchedTo: 0,
    },
  ]);

  test('gives the records back', () => {
    const records = decodeGroup(plain, 'x');
    expect(records.map(({ entry }) => entry)).toEqual([
      file('a/b'),
      { ...file('c'), kind: 'symlink', size: 0, extents: [], linkTarget: '../x' },
    ]);
    expect(toHex(encodeGroup(records))).toBe(toHex(plain));
  });

  test('of altered bytes gives sound records or damage, and nothing else', () => {
    const change = fc.record({ at: fc.nat(plain.length - 1), to: fc.nat(255), cut: fc.nat(plain.length) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, cuts) => {
        const altered = plain.slice(0, cuts ? changes[0]!.cut : plain.length);
        for (const { at, to } of changes) if (at < altered.length) altered[at] = to;
        for (const { entry } of soundOrDamaged(() => decodeGroup(altered, 'x'))) {
          expect(entry.path.split('/')).not.toContain('..');
          for (const { chunk, offset, length } of entry.extents) {
            expect(offset + length).toBeLessThanOrEqual(chunk.plainLength);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** What was decoded; nothing when it was found to be damaged. Any other error goes on. */
function soundOrDamaged(decode: () => EntryRecord[]): EntryRecord[] {
  try {
    return decode();
  } catch (error) {
    if (!isStrongroomError(error, 'archive-damaged')) throw error;
    return [];
  }
}

function file(path: string): Entry {
  const name = new Uint8Array(32).fill(path.length % 251);
  const chunk: ChunkRef = {
    name,
    pack: 'ab'.repeat(16),
    key: 'cd'.repeat(16),
    ordinal: 1,
    offset: 40,
    sealedLength: 117,
    plainLength: 100,
  };
  const extents = [{ chunk, offset: 0, length: 100 }];
  const facts = {
    path,
    kind: 'file',
    category: 'media',
    size: 100,
    mtimeNs: 123_456_789n,
    mode: 0o644,
  } as const;
  return { ...facts, extents, patches: [] };
}

/** The groups of a manifest, as text. */
async function groupsOf(entries: readonly Entry[], plain: Bytes[] = []): Promise<string[]> {
  const writer = new ManifestWriter(cutKey, async (group) => {
    plain.push(group);
    return file('x').extents[0]!.chunk;
  });
  for (const entry of entries) await writer.add(entry);
  await writer.finish();
  return plain.map((group) => Buffer.from(group).toString('base64'));
}

/** A group whose one path is replaced by bytes that the encoder would refuse. */
async function forgedGroup(forger: Forger, path: string): Promise<Bytes> {
  const stand_in = 'stand-in'.padEnd(Buffer.byteLength(path, 'utf8'), '-');
  const group = Buffer.from(
    encodeGroup([{ entry: await forger.file(stand_in), continues: false, patchedTo: 0 }]),
  );
  const at = group.indexOf(stand_in);
  const bytes = Buffer.from(path, 'utf8');
  // The path is the first field of its entry: tag, length, text. Shorter paths leave the entry's length to be mended.
  const before = group.subarray(0, at - 1);
  const after = group.subarray(at + stand_in.length);
  const forged = concat(before, Uint8Array.of(bytes.length), bytes, after);
  forged[at - 3]! -= stand_in.length - bytes.length;
  return forged;
}

test('a file whose parts do not agree is damage', async () => {
  const { archive } = await newArchive();
  const forger = new Forger(archive);
  const extents = Array.from({ length: extentsPerRecord }, () => ({ offset: 0, length: 1 }));
  const chunk = await forger.chunk(new Uint8Array(1));
  const one = { ...file('a'), size: 2 * extentsPerRecord, extents: extents.map((e) => ({ ...e, chunk })) };
  const groups = [
    encodeGroup([{ entry: one, continues: true, patchedTo: 0 }]),
    encodeGroup([{ entry: { ...one, mode: 0o600 }, continues: false, patchedTo: 0 }]),
  ];
  const manifest = [];
  for (const group of groups) manifest.push(await forger.chunk(group));
  await forger.snapshotOf(manifest);
  const read = all(readManifest(new ChunkReader(archive), manifest));
  await expect(read).rejects.toMatchObject({
    code: 'archive-damaged',
    details: { why: 'holds a file whose parts do not agree' },
  });
});
