import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { concat, copyBytes, encode, fromHex, randomBytes, toHex, wipe, type Bytes } from '@strongroom/core';
import type { Hsm } from './hsm.ts';

const saltLength = 32;
const tagLength = 16;
const zeroNonce = new Uint8Array(12);

/**
 * A sealing key in a file that the vault's user alone may read. It protects stolen disks without the
 * file, not a machine whose operator is the thief.
 */
export class SoftwareHsm implements Hsm {
  readonly #sealingKey: Bytes;

  /** @param sealingKey 32 bytes */
  constructor(sealingKey: Bytes) {
    this.#sealingKey = copyBytes(sealingKey);
  }

  async seal(aad: Uint8Array, plaintext: Uint8Array): Promise<Bytes> {
    const salt = randomBytes(saltLength);
    const key = this.#keyFor(salt);
    // The key serves once, so its nonce may be fixed.
    const cipher = createCipheriv('aes-256-gcm', key, zeroNonce).setAAD(aad);
    const sealed = concat(salt, cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
    wipe(key);
    return sealed;
  }

  async open(aad: Uint8Array, sealed: Uint8Array): Promise<Bytes> {
    if (sealed.length < saltLength + tagLength) throw new RangeError('too short to have been sealed');
    const key = this.#keyFor(sealed.subarray(0, saltLength));
    const decipher = createDecipheriv('aes-256-gcm', key, zeroNonce, { authTagLength: tagLength });
    decipher.setAAD(aad).setAuthTag(sealed.subarray(-tagLength));
    try {
      return concat(decipher.update(sealed.subarray(saltLength, -tagLength)), decipher.final());
    } finally {
      wipe(key);
    }
  }

  #keyFor(salt: Uint8Array): Bytes {
    return new Uint8Array(hkdfSync('sha256', this.#sealingKey, salt, encode('strongroom sealing key'), 32));
  }
}

/** Opens the software HSM whose key is in a file; makes the file when there is none. */
export function openSoftwareHsm(path: string): SoftwareHsm {
  const existing = readKeyFile(path);
  if (existing !== undefined) return new SoftwareHsm(existing);
  const key = randomBytes(32);
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, `${toHex(key)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  return new SoftwareHsm(key);
}

function readKeyFile(path: string): Bytes | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  if ((statSync(path).mode & 0o077) !== 0) throw new Error(`${path} may be read by others: chmod 600 it`);
  const key = fromHex(readFileSync(path, 'utf8').trim());
  if (key.length !== 32) throw new Error(`${path} does not hold a key of 64 hexadecimal digits`);
  return key;
}
