import { create, toBinary } from '@bufbuild/protobuf';
import { type Bytes, copyBytes, fromHex, toHex } from '@strongroom/core';
import { PruneMarkSchema } from '@strongroom/wire/archive';
import type { Archive } from '../archive.ts';
import { damaged } from '../format/header.ts';
import { decodeNumber, readMessage } from '../format/message.ts';
import { type SealedKind, openObject, sealObject } from '../format/sealed-object.ts';
import { isPackId, isSnapshotId, pruneMarkName } from '../object-names.ts';
import type { Writer } from '../snapshot/snapshot.ts';

/** What is about to be deleted, because no kept snapshot refers to it. */
export interface PruneMarkContent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly writer: Writer;
  /** The number of the newest snapshot when the mark was made. */
  readonly snapshotNumber: number;
  /** 32 hexadecimal digits each. */
  readonly packs: readonly string[];
  /** ULIDs. */
  readonly snapshots: readonly string[];
}

/** A prune mark as it was read. */
export interface PruneMark extends PruneMarkContent {
  /** ULID, 26 characters. */
  readonly id: string;
}

/** The most packs, and the most snapshots, that a mark names. */
export const mostMarked = 1_000_000;

// What a Date can be.
const lastTime = 8.64e15;

const kind: SealedKind = { magic: 'SRPR', label: 'strongroom prune' };

/** The bytes of a prune mark's object, sealed under a fresh salt, of a stepped size from 4 KiB. */
export function sealPruneMark(archive: Archive, id: string, content: PruneMarkContent): Promise<Bytes> {
  return sealObject(kind, archive.keys, pruneMarkName(archive.id, id), encode(content));
}

/** The prune mark of an object's bytes. @throws StrongroomError 'newer-version', 'archive-damaged' */
export async function openPruneMark(archive: Archive, id: string, bytes: Bytes): Promise<PruneMark> {
  const name = pruneMarkName(archive.id, id);
  return { ...decode(await openObject(kind, archive.keys, name, bytes), name), id };
}

function encode({ time, writer, snapshotNumber, packs, snapshots }: PruneMarkContent): Bytes {
  const message = create(PruneMarkSchema, {
    timeMs: BigInt(time),
    writer: { ...writer, epoch: BigInt(writer.epoch) },
    snapshotNumber: BigInt(snapshotNumber),
    packs: packs.map(fromHex),
    snapshots: [...snapshots],
  });
  return copyBytes(toBinary(PruneMarkSchema, message));
}

function decode(bytes: Bytes, object: string): PruneMarkContent {
  const message = readMessage(PruneMarkSchema, bytes, object, mostMarked);
  const { timeMs, writer, snapshotNumber, packs, snapshots } = message;
  if (!writer) throw damaged(object, 'lacks what every prune mark says');
  if (timeMs > lastTime) throw damaged(object, 'is of a time that cannot be');
  const ids = packs.map(toHex);
  if (!ids.every(isPackId)) throw damaged(object, 'names a pack that cannot be');
  if (!snapshots.every(isSnapshotId)) throw damaged(object, 'names a snapshot that cannot be');
  return {
    time: Number(timeMs),
    writer: {
      deviceId: writer.deviceId,
      deviceName: writer.deviceName,
      epoch: decodeNumber(writer.epoch, object),
    },
    snapshotNumber: decodeNumber(snapshotNumber, object),
    packs: ids,
    snapshots,
  };
}
