import { type Bytes, concat, randomBytes } from '@strongroom/core';
import { type Magic, checkHeader, damaged, encodeHeader, headerLength } from './header.ts';
import type { KeyRing } from './key-ring.ts';
import { type SealedLabel, keyCheckLength } from './keys.ts';
import { pad, paddingPrefix, stepUp, unpad } from './padding.ts';
import { additionalData, nonceOf, open, seal, tagLength } from './seal.ts';

/** An object that is sealed whole. */
export interface SealedKind {
  readonly magic: Magic;
  readonly label: SealedLabel;
}

const smallest = 4096;
const saltLength = 32;
const saltStart: number = headerLength + keyCheckLength;
const clearLength: number = saltStart + saltLength;

/**
 * Seals a message as an object: header, key check, fresh salt, and the padded message under the key of that salt.
 * @param name of the object, which the seal is tied to
 * @returns 4 KiB, or the next quarter of an octave
 */
export async function sealObject(
  kind: SealedKind,
  keys: KeyRing,
  name: string,
  message: Bytes,
): Promise<Bytes> {
  const salt = randomBytes(saltLength);
  const size = stepUp(clearLength + paddingPrefix + message.length + tagLength, smallest);
  const padded = pad(message, size - clearLength - tagLength);
  const key = await keys.current.sealed(kind.label, salt);
  const sealed = await seal(key, nonceOf(0), additionalData(name), padded);
  return concat(encodeHeader(kind.magic), keys.current.check, salt, sealed);
}

/** The key check that an object shows: which backup key it says it is sealed under. @throws StrongroomError 'newer-version', 'archive-damaged' */
export function sealedUnder(kind: SealedKind, name: string, bytes: Bytes): Bytes {
  checkHeader(name, bytes, kind.magic);
  if (bytes.length < saltStart) throw damaged(name, 'is cut short');
  return bytes.slice(headerLength, saltStart);
}

/** Bytes at the beginning of an object that show its key check. */
export const shownLength: number = saltStart;

/** The message of an object. @throws StrongroomError 'newer-version', 'archive-damaged' */
export async function openObject(
  kind: SealedKind,
  keys: KeyRing,
  name: string,
  bytes: Bytes,
): Promise<Bytes> {
  checkHeader(name, bytes, kind.magic);
  if (bytes.length < clearLength + tagLength) throw damaged(name, 'is cut short');
  const known = keys.find(bytes.slice(headerLength, saltStart));
  if (!known) throw damaged(name, 'is sealed under a key that is not known');
  const key = await known.sealed(kind.label, bytes.slice(saltStart, clearLength));
  return unpad(await open(key, nonceOf(0), additionalData(name), bytes.subarray(clearLength), name), name);
}
