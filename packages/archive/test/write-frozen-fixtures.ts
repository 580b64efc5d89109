import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Bytes, Secret, concat, fromHex, toHex, utf8 } from '@strongroom/core';
import { createArchive } from '../src/archive.ts';
import { writeDescriptor } from '../src/descriptor.ts';
import { inlineEngine } from '../src/engine/inline-engine.ts';
import { formatVersion } from '../src/format/header.ts';
import { type BackupKey, deriveKeys } from '../src/format/keys.ts';
import { readManifest } from '../src/manifest/manifest-reader.ts';
import { nodePrimitives } from '../src/node/node-primitives.ts';
import { ChunkReader } from '../src/pack/chunk-reader.ts';
import { publishRotated } from '../src/rotate/publish-rotated.ts';
import { findSnapshot } from '../src/snapshot/history.ts';
import { all, noise, phone } from '../src/testing/fixtures.ts';
import { MemoryJournal } from '../src/testing/memory-journal.ts';
import { MemorySource, type MemoryTree } from '../src/testing/memory-source.ts';
import { MemoryStore } from '../src/testing/memory-store.ts';
import type { UnlockWay } from '../src/unlock.ts';
import { writeSnapshot } from '../src/write/write-snapshot.ts';
import { type Crafted, FrozenArchive, type Moved } from './frozen-archive.ts';
import { frozenDays, morning } from './frozen-days.ts';

// Writes the frozen archive of the format version of today: what the program wrote at some day has to be read for
// ever. There is one for every version, and none is ever written again; this is how the last one was made.
//
//   node --conditions=source packages/archive/test/write-frozen-fixtures.ts

const folder = join(import.meta.dirname, `../../../fixtures/archive-v${formatVersion}`);
const firstKey = key('00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef');
const secondKey = key('fedcba9876543210fedcba9876543210f0e1d2c3b4a5968778695a4b3c2d1e0f');

function key(digits: string): BackupKey {
  return new Secret(fromHex(digits));
}

/** An entry of so many pieces that it fills several records and groups. */
function manyPieces(): { readonly crafted: Crafted; readonly content: Bytes } {
  const [base, deltas] = [noise(8000, 51), noise(3000, 52)];
  deltas.fill(0, 1000, 2000);
  const extents = Array.from({ length: 20_000 }, (_, i) => ({ offset: (i * 7) % 7997, length: 3 }));
  const patches = [{ at: 100, offset: 0, length: 3000 }];
  for (let i = 0, at = 3110; i < 17_000; i++, at += 3)
    patches.push({ at, offset: (i * 5) % 2990, length: 2 });
  const content = concat(...extents.map(({ offset, length }) => base.subarray(offset, offset + length)));
  for (const { at, offset, length } of patches)
    for (let i = 0; i < length; i++) content[at + i]! ^= deltas[offset + i]!;
  const facts = {
    path: 'notes/many pieces.bin',
    kind: 'file',
    category: 'other',
    size: content.length,
    mtimeNs: morning(2),
    mode: 0o640,
  } as const;
  return { crafted: { facts, base, deltas, extents, patches }, content };
}

/** Backs the days up one after the other, as the program does it. */
async function backUp(days: readonly MemoryTree[]): Promise<Moved[]> {
  const engine = inlineEngine(nodePrimitives());
  const archive = await createArchive({
    store: new MemoryStore(),
    key: firstKey,
    unlock: [{ way: 'key' }],
    engine,
  });
  const journal = new MemoryJournal();
  const reader = new ChunkReader(archive);
  const moved: Moved[] = [];
  for (const [day, tree] of days.entries()) {
    const now = (): number => Number(morning(day) / 1_000_000n) + 3_600_000;
    const info = await writeSnapshot(archive, new MemorySource(tree), { device: phone, journal, now });
    const { manifest } = await findSnapshot(archive, info.id);
    moved.push({
      info,
      entries: await all(readManifest(reader, manifest)),
      read: (chunk) => reader.chunk(chunk),
    });
  }
  return moved;
}

const ways: readonly UnlockWay[] = [
  { way: 'password', directoryEpoch: 3 },
  { way: 'key' },
  {
    way: 'passkey',
    credentialId: noise(20, 61),
    relyingParty: 'example.org',
    salt: noise(32, 62),
    wrappedKey: noise(60, 63),
  },
];

async function main(): Promise<void> {
  if (existsSync(folder)) throw new Error(`${folder} is there: a frozen archive is never written again.`);
  const days = frozenDays();
  const moved = await backUp(days);
  const many = manyPieces();
  const store = new MemoryStore();
  const archive = await createArchive({ store, key: firstKey, unlock: ways });
  const frozen = new FrozenArchive(archive);
  const plain = { compress: true };
  const before = await frozen.add(
    [
      { ...moved[0]!, ...plain },
      { ...moved[1]!, ...plain },
    ],
    firstKey,
    [],
  );
  const { snapshot } = await publishRotated(archive, secondKey, { device: phone });
  frozen.follow(snapshot!);
  const third = { ...moved[2]!, crafted: many.crafted, ...plain };
  const after = await frozen.add([third, { ...moved[3]!, compress: false }], secondKey, [firstKey]);
  await writeDescriptor(store, archive.id, await deriveKeys(secondKey), ways);
  const doomed = {
    packs: [toHex(noise(16, 71)), toHex(noise(16, 72))],
    snapshots: ['01KJMR7N00XXXXXXXXXXXXXXXX'],
  };
  const time = Number(morning(3) / 1_000_000n) + 7_200_000;
  const mark = await frozen.mark(secondKey, time, doomed.packs, doomed.snapshots);

  const { path, kind, category, mtimeNs, mode } = many.crafted.facts;
  const crafted: MemoryTree = { [path]: { kind, category, mtimeNs, mode, content: many.content } };
  const trees = [days[0]!, days[1]!, days[1]!, { ...days[2]!, ...crafted }, days[3]!];
  const snapshots = [...before, snapshot!.id, ...after].map((id, i) => {
    return { id, number: i + 1, entries: expectedEntries(trees[i]!) };
  });
  for (const [name, bytes] of store.objects) write(join('cloud', name), bytes);
  const facts = {
    archiveId: archive.id,
    key: toHex(secondKey.reveal()),
    earlierKeys: [toHex(firstKey.reveal())],
  };
  const expected = { formatVersion, ...facts, pruneMark: { id: mark, time, ...doomed }, snapshots };
  write('expected.json', `${JSON.stringify(expected, null, 2)}\n`);
}

function write(name: string, content: Bytes | string): void {
  const place = join(folder, name);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
}

/** What a restore has to give: from what was backed up, not from what was stored. */
function expectedEntries(tree: MemoryTree): readonly object[] {
  const paths = Object.keys(tree).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return paths.map((path) => {
    const entry = tree[path]!;
    const {
      kind = 'file',
      category = 'other',
      mode = 0o644,
      mtimeNs = 1_700_000_000_000_000_000n,
      content = '',
      linkTarget,
    } = typeof entry === 'string' ? { content: entry } : entry;
    const bytes = typeof content === 'string' ? utf8(content) : content;
    const facts = { path, kind, category, mode: mode.toString(8), modifiedNs: String(mtimeNs) };
    if (kind === 'symlink') return { ...facts, linkTarget };
    if (kind === 'directory') return facts;
    return { ...facts, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
}

await main();
