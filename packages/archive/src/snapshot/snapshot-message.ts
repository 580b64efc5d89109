import { type MessageInitShape, create, toBinary } from '@bufbuild/protobuf';
import { type Bytes, Secret, copyBytes, fromHex, toHex } from '@strongroom/core';
import {
  type ArchiveSnapshot,
  ArchiveSnapshotSchema,
  type CategoryTotals as WireTotals,
  type KeptSnapshotSchema as KeptSchema,
} from '@strongroom/wire/archive';
import { hashLength } from '../format/hash.ts';
import { damaged } from '../format/header.ts';
import { type BackupKey, backupKeyLength } from '../format/keys.ts';
import { decodeNumber, readMessage } from '../format/message.ts';
import { isPackId, isSnapshotId } from '../object-names.ts';
import { PackNumbers, decodePacks, decodeRef, encodeRef } from '../pack/chunk-ref.ts';
import { packSize, smallestPack } from '../pack/layout.ts';
import type { CategoryTotals, KeptSnapshot, SnapshotContent } from './snapshot.ts';

// Groups of a manifest, of 512 entries on average.
const mostListed = 262_144;

// Each costs the time of deriving a dozen keys.
const mostKeys = 1024;

// What a Date can be.
const lastTime = 8.64e15;

/** The message of a snapshot. */
export function encodeSnapshot(content: SnapshotContent): Bytes {
  const packs = new PackNumbers();
  const manifest = content.manifest.map((ref) => encodeRef(ref, packs));
  const { writer, totals } = content;
  const message = create(ArchiveSnapshotSchema, {
    number: BigInt(content.number),
    previousHash: content.previousHash,
    timeMs: BigInt(content.time),
    writer: { deviceId: writer.deviceId, deviceName: writer.deviceName, epoch: BigInt(writer.epoch) },
    totals: {
      messages: encodeTotals(totals.messages),
      media: encodeTotals(totals.media),
      other: encodeTotals(totals.other),
    },
    sources: [...content.sources],
    kept: content.kept.map(encodeKept),
    ...packs.list(),
    manifest,
    steppedPacks: [...content.steppedPacks].map(([pack, size]) => ({ name: fromHex(pack), size })),
    earlierKeys: content.earlierKeys.map((key) => key.reveal()),
  });
  return copyBytes(toBinary(ArchiveSnapshotSchema, message));
}

function encodeKept({ id, number, hash, firstHash }: KeptSnapshot): MessageInitShape<typeof KeptSchema> {
  return { id, number: BigInt(number), hash, ...(firstHash && { firstHash }) };
}

function encodeTotals({ files, bytes }: CategoryTotals): { files: bigint; bytes: bigint } {
  return { files: BigInt(files), bytes: BigInt(bytes) };
}

/** The content of a snapshot's message. @throws StrongroomError 'archive-damaged', naming `object` */
export function decodeSnapshot(bytes: Bytes, object: string): SnapshotContent {
  const message = readMessage(ArchiveSnapshotSchema, bytes, object, mostListed);
  const { writer, totals } = message;
  if (!writer || !totals || message.number < 1n) throw damaged(object, 'lacks what every snapshot says');
  const number = (value: bigint): number => decodeNumber(value, object);
  const time = number(message.timeMs);
  if (time > lastTime) throw damaged(object, 'is of a time that cannot be');
  return {
    number: number(message.number),
    previousHash: copyBytes(message.previousHash),
    time,
    writer: { deviceId: writer.deviceId, deviceName: writer.deviceName, epoch: number(writer.epoch) },
    totals: {
      messages: decodeTotals(totals.messages, number),
      media: decodeTotals(totals.media, number),
      other: decodeTotals(totals.other, number),
    },
    sources: message.sources,
    kept: decodeKept(message, object),
    manifest: decodeManifest(message, object),
    steppedPacks: decodeSteppedPacks(message, object),
    earlierKeys: decodeEarlierKeys(message, object),
  };
}

function decodeTotals(totals: WireTotals | undefined, number: (value: bigint) => number): CategoryTotals {
  return { files: number(totals?.files ?? 0n), bytes: number(totals?.bytes ?? 0n) };
}

function decodeKept(message: ArchiveSnapshot, object: string): SnapshotContent['kept'] {
  return message.kept.map(({ id, number, hash, firstHash }) => {
    const hashes = firstHash.length > 0 ? [hash, firstHash] : [hash];
    if (!isSnapshotId(id) || hashes.some(({ length }) => length !== hashLength))
      throw damaged(object, 'names a snapshot that cannot be');
    const kept = { id, number: decodeNumber(number, object), hash: copyBytes(hash) };
    return firstHash.length > 0 ? { ...kept, firstHash: copyBytes(firstHash) } : kept;
  });
}

function decodeEarlierKeys({ earlierKeys }: ArchiveSnapshot, object: string): BackupKey[] {
  if (earlierKeys.length > mostKeys) throw damaged(object, 'names too many keys');
  return earlierKeys.map((key) => {
    if (key.length !== backupKeyLength) throw damaged(object, 'names a key that cannot be');
    return new Secret(copyBytes(key));
  });
}

function decodeManifest(message: ArchiveSnapshot, object: string): SnapshotContent['manifest'] {
  const packs = decodePacks(message);
  if (!packs) throw damaged(object, 'names a pack that cannot be');
  return message.manifest.map((group) => {
    const ref = decodeRef(group, packs);
    if (!ref) throw damaged(object, 'refers to a chunk that cannot be');
    return ref;
  });
}

function decodeSteppedPacks(message: ArchiveSnapshot, object: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { name, size } of message.steppedPacks) {
    const pack = toHex(name);
    if (!isPackId(pack) || size < smallestPack || size >= packSize)
      throw damaged(object, 'names a pack that cannot be');
    sizes.set(pack, size);
  }
  return sizes;
}
