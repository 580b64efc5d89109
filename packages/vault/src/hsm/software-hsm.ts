import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import {
  concat,
  copyBytes,
  encode,
  fromHex,
  randomBytes,
  StrongroomError,
  toHex,
  wipe,
  type Bytes,
} from '@strongroom/core';
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

  /** @param sealingKey 32 bytes. @throws RangeError for another length */
  constructor(sealingKey: Bytes) {
    if (sealingKey.length !== 32) throw new RangeError('a sealing key has 32 bytes');
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

/**
 * Opens the software HSM whose key is in a file; makes the file when there is none.
 * @throws StrongroomError `wrong-usage` when others may read the file, or it holds no key
 */
export function openSoftwareHsm(path: string): SoftwareHsm {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) makeKeyFile(path);
  return new SoftwareHsm(readKeyFile(path));
}

// Written aside and linked: a crash leaves no half a key, and of two processes that start at once one is first.
function makeKeyFile(path: string): void {
  const temporary = `${path}.${toHex(randomBytes(8))}.new`;
  writeFileSync(temporary, `${toHex(randomBytes(32))}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(temporary);
  }
  syncFolder(dirname(path));
}

// Records must not become durable before the key that opens them.
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function readKeyFile(path: string): Bytes {
  if ((statSync(path).mode & 0o077) !== 0) refuse(`${path} may be read by others. Run chmod 600 on it.`);
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text)) refuse(`${path} does not hold a key of 64 hexadecimal digits.`);
  return fromHex(text);
}

function refuse(why: string): never {
  throw new StrongroomError('wrong-usage', { why });
}
