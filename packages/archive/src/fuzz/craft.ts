import { type Bytes, concat, i2osp } from '@strongroom/core';
import { type Archive, openArchive } from '../archive.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import { hmac } from '../format/hash.ts';
import { encodeHeader } from '../format/header.ts';
import { additionalData, nonceOf, seal } from '../format/seal.ts';
import type { SealedKind } from '../format/sealed-object.ts';
import { nodePrimitives } from '../node/node-primitives.ts';
import { packName } from '../object-names.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { noRetry, testKey } from '../testing/fixtures.ts';
import { MemoryStore } from '../testing/memory-store.ts';

// The pages "Snapshot" and "Pack" of the format, written down once more, for plaintexts that no writer would seal. Ids and
// salts are not random: the same seed gives the same bytes.

export const archiveId: string = 'a1'.repeat(16);
export const packId: string = 'b2'.repeat(16);
export const snapshotId = '01M803XR117TYC172H7NB8KR54';
const salt = new Uint8Array(32).fill(0xc3);

/** An archive with a key that does not change, on an empty store. */
export async function fixedArchive(): Promise<{ archive: Archive; store: MemoryStore }> {
  const store = new MemoryStore();
  const key = testKey();
  const engine = inlineEngine(nodePrimitives());
  const options = { store, key, engine, archiveId, withoutDescriptor: true, retry: noRetry };
  return { archive: await openArchive(options), store };
}

/** A snapshot or prune mark around a plaintext with its padding. */
export async function sealedObject(
  archive: Archive,
  kind: SealedKind,
  name: string,
  padded: Bytes,
): Promise<Bytes> {
  const { current } = archive.keys;
  const key = await current.sealed(kind.label, salt);
  const sealed = await seal(key, nonceOf(0), additionalData(name), padded);
  return concat(encodeHeader(kind.magic), current.check, salt, sealed);
}

/** The parts of a pack, before they are sealed. */
export interface PackParts {
  /** Codec byte and payload of each chunk. */
  readonly frames: readonly Bytes[];
  /** With its padding. */
  readonly table: Bytes;
  /** By default what is right. */
  readonly trailer?: Bytes;
}

/** The bytes of a pack. */
export async function sealedPack(archive: Archive, { frames, table, trailer }: PackParts): Promise<Bytes> {
  const name = packName(archive.id, packId);
  const keys = await archive.keys.current.pack(salt);
  const data = additionalData(name);
  const start = concat(encodeHeader('SRPK'), salt, ...(await sealedChunks(archive, frames)));
  const sealedTable = await seal(keys.table, nonceOf(0), data, table);
  const right = concat(i2osp(start.length, 4), i2osp(sealedTable.length, 4));
  return concat(start, sealedTable, await seal(keys.trailer, nonceOf(0), data, trailer ?? right));
}

/** Every chunk sealed for its place in the pack. */
export async function sealedChunks(archive: Archive, frames: readonly Bytes[]): Promise<Bytes[]> {
  const name = packName(archive.id, packId);
  const keys = await archive.keys.current.pack(salt);
  return Promise.all(frames.map((frame, i) => seal(keys.chunks, nonceOf(i), additionalData(name, i), frame)));
}

/** References to chunks that are stored as they are, one behind the other. */
export async function refsOf(archive: Archive, plains: readonly Bytes[]): Promise<ChunkRef[]> {
  const { chunkId, id } = archive.keys.current;
  let offset = 40;
  const refs: ChunkRef[] = [];
  for (const [ordinal, plain] of plains.entries()) {
    const sealedLength = 1 + plain.length + 16;
    const place = { pack: packId, key: id, ordinal, offset, sealedLength };
    refs.push({ name: await hmac(chunkId, plain), ...place, plainLength: plain.length });
    offset += sealedLength;
  }
  return refs;
}

/** The frame of a chunk that is stored as it is. */
export function plainFrame(plain: Bytes): Bytes {
  return concat(Uint8Array.of(0), plain);
}
