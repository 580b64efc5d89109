import { type Bytes, Secret, utf8 } from '@strongroom/core';
import type { Entry, EntryFacts } from '../entry.ts';
import { type EntryRecord, encodeGroup } from '../manifest/group.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { encodeSnapshot } from '../snapshot/snapshot-message.ts';
import type { SnapshotContent } from '../snapshot/snapshot.ts';

/** Records of every kind, over chunks of at least 100 bytes: plain, patched, in parts, empty, links, folders. */
export function sampleRecords(refs: readonly ChunkRef[]): EntryRecord[] {
  const piece = (n: number, offset: number, length: number): Entry['extents'][number] => ({
    chunk: refs[n % refs.length]!,
    offset,
    length,
  });
  const whole = { continues: false, patchedTo: 0 };
  const parts = facts('Databases/parts.db', 200);
  const patched = {
    ...facts('Databases/patched.db', 150, 'messages'),
    extents: [piece(0, 0, 100), piece(1, 10, 50)],
    patches: [
      { ...piece(1, 3, 20), at: 5 },
      { ...piece(0, 0, 40), at: 90 },
    ],
  };
  return [
    { entry: { ...facts('Databases', 0), kind: 'directory', extents: [], patches: [] }, ...whole },
    {
      entry: { ...parts, extents: [piece(0, 0, 100)], patches: [{ ...piece(1, 0, 10), at: 20 }] },
      continues: true,
      patchedTo: 0,
    },
    {
      entry: { ...parts, extents: [piece(1, 0, 100)], patches: [{ ...piece(1, 0, 10), at: 150 }] },
      continues: false,
      patchedTo: 30,
    },
    { entry: patched, ...whole },
    { entry: { ...facts('Media/empty', 0, 'media'), extents: [], patches: [] }, ...whole },
    { entry: { ...facts('Media/ä.jpg', 60, 'media'), extents: [piece(2, 7, 60)], patches: [] }, ...whole },
    {
      entry: { ...facts('link', 0), kind: 'symlink', linkTarget: '../x', extents: [], patches: [] },
      ...whole,
    },
  ];
}

function facts(path: string, size: number, category: EntryFacts['category'] = 'other'): EntryFacts {
  return { path, kind: 'file', category, size, mtimeNs: 1_700_000_000_123_456_789n, mode: 0o640 };
}

/** Groups with all, some and none of the sample records. */
export function sampleGroups(refs: readonly ChunkRef[]): Bytes[] {
  const records = sampleRecords(refs);
  return [records, records.slice(0, 2), records.slice(2), []].map(encodeGroup);
}

/** A snapshot in which every field says something. */
export function sampleSnapshot(manifest: readonly ChunkRef[]): SnapshotContent {
  return {
    number: 7,
    previousHash: new Uint8Array(32).fill(1),
    time: 1_700_000_000_000,
    writer: { deviceId: 'd', deviceName: 'Phone', epoch: 3 },
    totals: {
      messages: { files: 1, bytes: 2 },
      media: { files: 3, bytes: 2 ** 45 },
      other: { files: 0, bytes: 0 },
    },
    sources: ['/home/a'],
    kept: [
      { id: '01M803XR117TYC172H7NB8KR54', number: 5, hash: new Uint8Array(32).fill(2) },
      {
        id: '01M803XR117TYC172H7NB8KR55',
        number: 6,
        hash: new Uint8Array(32).fill(3),
        firstHash: new Uint8Array(32).fill(4),
      },
    ],
    manifest,
    steppedPacks: new Map([['ab'.repeat(16), 1024 * 1024]]),
    earlierKeys: [new Secret(new Uint8Array(32).fill(5))],
  };
}

/** Snapshots with much and with little in them. */
export function sampleSnapshots(manifest: readonly ChunkRef[]): Bytes[] {
  const full = sampleSnapshot(manifest);
  const bare = { ...full, kept: [], sources: [], earlierKeys: [], steppedPacks: new Map<string, number>() };
  return [full, bare, { ...bare, manifest: [] }].map(encodeSnapshot);
}

/** Text that compresses, and text that does not. */
export const samplePlains: readonly Bytes[] = [
  utf8('see you tomorrow at the harbour, '.repeat(90)),
  utf8('a'),
  Uint8Array.from({ length: 3000 }, (_, i) => (i * i * 31) >> 3),
  new Uint8Array(100_000),
  utf8(Array.from({ length: 4000 }, (_, i) => (i * 2_654_435_761) % 97).join(' ')),
];
