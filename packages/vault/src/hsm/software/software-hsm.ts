import { createHmac } from 'node:crypto';
import {
  copyBytes,
  equalBytes,
  fromHex,
  randomBytes,
  StrongroomError,
  toHex,
  utf8,
  wipe,
  type Bytes,
} from '@strongroom/core';
import { encodeEpoch } from '../epoch.ts';
import type { Hsm } from '../hsm.ts';
import { closed, epochExists, noSuchEpoch, notTrusted } from '../hsm-error.ts';
import { keyCheckUnder, openUnder, sealUnder, type Derive } from '../sealing.ts';
import { shortCode } from '../short-code.ts';
import { decodeTransportKey, transportKeyId } from '../transport-key.ts';
import { refused, signWrappedKey, verifyWrappedKey } from '../wrapped-key.ts';
import { KeyFolder, type KeyFiles } from './key-files.ts';
import { openTransportPair, signWith, unwrap, wrapFor, type TransportPair } from './transport-pair.ts';

const keyLength = 32;
const keyFile = (epoch: number): string => `epoch-${epoch}.key`;
const trustedFile = (peer: Uint8Array): string => `trusted-${toHex(transportKeyId(peer))}.key`;
const destroyedFile = (check: Uint8Array): string => `destroyed-${toHex(check)}`;
const keyFileName = /^epoch-([1-9]\d{0,9})\.key$/;
const trustedFileName = /^trusted-[0-9a-f]{64}\.key$/;

/**
 * Sealing keys in files that the vault's user alone may read. They protect stolen disks without those files, not a
 * machine whose operator is the thief; nor does anybody but that user say which peers are trusted.
 *
 * What destroying a key is worth: the file is overwritten and removed, and the process forgets the key. A copy of the
 * disk (a backup, a snapshot of the file system, blocks that a flash disk has not erased yet) still has it. Where that
 * matters, keep the folder on an encrypted disk that is in no backup, or use a real HSM.
 */
export class SoftwareHsm implements Hsm {
  readonly #files: KeyFiles;
  // Keys stay in memory, as long as their file is the same one.
  readonly #keys = new Map<number, { readonly stamp: string; readonly key: Bytes }>();
  #transport: Promise<TransportPair> | undefined;
  #isClosed = false;

  constructor(files: KeyFiles) {
    this.#files = files;
  }

  async epochs(): Promise<readonly number[]> {
    const names = this.#open().names();
    const epochs = names.flatMap((name) => keyFileName.exec(name)?.slice(1).map(Number) ?? []);
    return epochs.toSorted((a, b) => a - b);
  }

  async seal(epoch: number, aad: Uint8Array, plaintext: Uint8Array): Promise<Bytes> {
    return sealUnder(this.#deriver(epoch), epoch, aad, plaintext);
  }

  async open(epoch: number, aad: Uint8Array, sealed: Uint8Array): Promise<Bytes> {
    return openUnder(this.#deriver(epoch), epoch, aad, sealed);
  }

  async makeKey(epoch: number): Promise<void> {
    encodeEpoch(epoch);
    const key = randomBytes(keyLength);
    try {
      if (!this.#open().create(keyFile(epoch), keyText(key))) throw epochExists(epoch);
    } finally {
      wipe(key);
    }
  }

  async destroyKey(epoch: number): Promise<void> {
    const files = this.#open();
    if (this.#find(epoch) === undefined) return;
    files.create(destroyedFile(await this.keyCheck(epoch)), new Uint8Array());
    files.destroy(keyFile(epoch));
    this.#forget(epoch);
  }

  async keyCheck(epoch: number): Promise<Bytes> {
    return keyCheckUnder(this.#deriver(epoch), epoch);
  }

  async transportKey(): Promise<Bytes> {
    return copyBytes((await this.#transportPair()).publicKey);
  }

  async trust(peer: Uint8Array): Promise<void> {
    decodeTransportKey(peer);
    this.#open().create(trustedFile(peer), peer);
  }

  async distrust(peer: Uint8Array): Promise<void> {
    this.#open().destroy(trustedFile(peer));
  }

  async trusted(): Promise<readonly Bytes[]> {
    const files = this.#open();
    const names = files.names().filter((name) => trustedFileName.test(name));
    return names.flatMap((name) => files.read(name) ?? []);
  }

  async wrapKey(epoch: number, peer: Uint8Array): Promise<Bytes> {
    const [check, pair] = [await this.keyCheck(epoch), await this.#transportPair()];
    if (this.#open().stamp(trustedFile(peer)) === undefined) throw notTrusted(`the code ${shortCode(peer)}`);
    const ciphertext = wrapFor(decodeTransportKey(peer), this.#key(epoch));
    const unsigned = { from: pair.publicKey, to: peer, epoch, ciphertext, check };
    return signWrappedKey(unsigned, async (message) => signWith(pair, message));
  }

  async unwrapKey(epoch: number, wrapped: Uint8Array): Promise<void> {
    encodeEpoch(epoch);
    const pair = await this.#transportPair();
    const expected = { epoch, to: pair.publicKey, trusted: await this.trusted() };
    const { ciphertext, check } = verifyWrappedKey(wrapped, expected);
    if (this.#open().stamp(destroyedFile(check)) !== undefined) throw refused('It was destroyed here.');
    const key = unwrap(pair, ciphertext);
    try {
      const isWhole = key.length === keyLength && equalBytes(await checkOf(key, epoch), check);
      if (!isWhole) throw refused('It is another key than it says.');
      if (this.#open().create(keyFile(epoch), keyText(key))) return;
      if (!equalBytes(await this.keyCheck(epoch), check)) throw epochExists(epoch);
    } finally {
      wipe(key);
    }
  }

  async close(): Promise<void> {
    for (const epoch of this.#keys.keys()) this.#forget(epoch);
    this.#transport = undefined;
    this.#isClosed = true;
  }

  #open(): KeyFiles {
    if (this.#isClosed) throw closed();
    return this.#files;
  }

  async #transportPair(): Promise<TransportPair> {
    const opening = (this.#transport ??= openTransportPair(this.#open()));
    try {
      return await opening;
    } catch (error) {
      this.#transport = undefined;
      throw error;
    }
  }

  #deriver(epoch: number): Derive {
    return async (info) => expand(this.#key(epoch), info);
  }

  #key(epoch: number): Bytes {
    const key = this.#find(epoch);
    if (key === undefined) throw noSuchEpoch(epoch);
    return key;
  }

  #find(epoch: number): Bytes | undefined {
    encodeEpoch(epoch);
    const stamp = this.#open().stamp(keyFile(epoch));
    const known = this.#keys.get(epoch);
    if (stamp !== undefined && stamp === known?.stamp) return known.key;
    this.#forget(epoch);
    const text = stamp === undefined ? undefined : this.#files.read(keyFile(epoch));
    if (stamp === undefined || text === undefined) return undefined;
    const key = parseKey(text, keyFile(epoch));
    this.#keys.set(epoch, { stamp, key });
    return key;
  }

  #forget(epoch: number): void {
    wipe(this.#keys.get(epoch)?.key);
    this.#keys.delete(epoch);
  }
}

/**
 * Opens the software HSM whose keys are in a folder; makes the folder when there is none.
 * @throws StrongroomError `wrong-usage` when others may look into the folder
 */
export function openSoftwareHsm(folder: string): SoftwareHsm {
  return new SoftwareHsm(new KeyFolder(folder));
}

// RFC 5869 section 2.3, for a single block.
function expand(key: Uint8Array, info: Uint8Array): Bytes {
  return new Uint8Array(createHmac('sha256', key).update(info).update(Uint8Array.of(1)).digest());
}

function checkOf(key: Uint8Array, epoch: number): Promise<Bytes> {
  return keyCheckUnder(async (info) => expand(key, info), epoch);
}

function keyText(key: Uint8Array): Bytes {
  return utf8(`${toHex(key)}\n`);
}

function parseKey(content: Uint8Array, name: string): Bytes {
  const text = Buffer.from(content).toString('latin1').trim();
  if (/^[0-9a-f]{64}$/.test(text)) return fromHex(text);
  throw new StrongroomError('wrong-usage', { why: `${name} does not hold a key of 64 hexadecimal digits.` });
}
