import { readDeviceState, type DeviceState, type DeviceStore } from '@strongroom/client';
import { fromUtf8, randomBytes, utf8, wipe, type Bytes } from '@strongroom/core';
import type { Records, SealedRecord } from '../records.ts';

const nonceLength = 12;
const purpose = utf8('strongroom device state 1');
const name = 'this browser’s device state';

/**
 * A device's state in IndexedDB, sealed by an AES-256-GCM key that this browser keeps and does not hand out. What
 * cannot be opened is never overwritten: it is put aside when something else is saved.
 */
export class SealedDeviceStore implements DeviceStore {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  /** @throws StrongroomError `profile-damaged`, `newer-version` */
  async load(): Promise<DeviceState | undefined> {
    const record = await this.#records.get('device', 'state');
    if (record === undefined) return undefined;
    const key = await this.#records.get('keys', 'device');
    const text = key && (await open(key, record));
    return readDeviceState(text, name);
  }

  async save(state: DeviceState): Promise<void> {
    const record = await seal(await this.#key(), state);
    const transaction = this.#records.transaction('device', 'readwrite', { durability: 'strict' });
    await Promise.all([transaction.store.put(record, 'state'), transaction.done]);
  }

  /** Puts a state that cannot be opened aside, so that this device can begin anew. */
  async putAside(): Promise<void> {
    const transaction = this.#records.transaction('device', 'readwrite', { durability: 'strict' });
    const record = await transaction.store.get('state');
    if (record) await transaction.store.put(record, 'damaged');
    await transaction.store.delete('state');
    await transaction.done;
  }

  async #key(): Promise<CryptoKey> {
    const known = await this.#records.get('keys', 'device');
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]);
    // Durable before anything is sealed by it.
    const transaction = this.#records.transaction('keys', 'readwrite', { durability: 'strict' });
    await Promise.all([transaction.store.put(made, 'device'), transaction.done]);
    return made;
  }
}

async function seal(key: CryptoKey, state: DeviceState): Promise<SealedRecord> {
  const nonce = randomBytes(nonceLength);
  const plain = utf8(JSON.stringify(state));
  try {
    const sealed = await crypto.subtle.encrypt(cipher(nonce), key, plain);
    return { nonce, sealed: new Uint8Array(sealed) };
  } finally {
    wipe(plain);
  }
}

async function open(key: CryptoKey, { nonce, sealed }: SealedRecord): Promise<string | undefined> {
  try {
    return fromUtf8(new Uint8Array(await crypto.subtle.decrypt(cipher(nonce), key, sealed)));
  } catch {
    // Whatever is wrong with it, it is damaged.
    return undefined;
  }
}

function cipher(nonce: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv: nonce, additionalData: purpose };
}
