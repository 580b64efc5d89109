import { type Bytes, concat, randomBytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { sha256 } from '../format/hash.ts';
import { checkHeader, damaged, encodeHeader, headerLength } from '../format/header.ts';
import { pad, paddingPrefix, stepUp, unpad } from '../format/padding.ts';
import { additionalData, nonceOf, open, seal, tagLength } from '../format/seal.ts';
import { snapshotName } from '../object-names.ts';
import { saltLength } from '../pack/layout.ts';
import type { Snapshot, SnapshotContent } from './snapshot.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot-message.ts';

const smallestSnapshot = 4096;
const clearLength = headerLength + saltLength;

/** The bytes of a snapshot's object, sealed under a fresh salt, of a stepped size from 4 KiB. */
export async function sealSnapshot(archive: Archive, id: string, content: SnapshotContent): Promise<Bytes> {
  const salt = randomBytes(saltLength);
  const message = encodeSnapshot(content);
  const size = stepUp(clearLength + paddingPrefix + message.length + tagLength, smallestSnapshot);
  const padded = pad(message, size - clearLength - tagLength);
  const key = await archive.keys.snapshot(salt);
  const sealed = await seal(key, nonceOf(0), additionalData(snapshotName(archive.id, id)), padded);
  return concat(encodeHeader('SRSN'), salt, sealed);
}

/** The snapshot of an object's bytes. @throws StrongroomError 'newer-version', 'archive-damaged' */
export async function openSnapshot(archive: Archive, id: string, bytes: Bytes): Promise<Snapshot> {
  const name = snapshotName(archive.id, id);
  checkHeader(name, bytes, 'SRSN');
  if (bytes.length < clearLength + tagLength) throw damaged(name, 'is cut short');
  const key = await archive.keys.snapshot(bytes.slice(headerLength, clearLength));
  const padded = await open(key, nonceOf(0), additionalData(name), bytes.subarray(clearLength), name);
  return { ...decodeSnapshot(unpad(padded, name), name), id, hash: await sha256(bytes) };
}
