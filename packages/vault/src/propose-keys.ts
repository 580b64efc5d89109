import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { encode, equalBytes, randomBytes, toHex, wipe, type Bytes } from '@strongroom/core';
import {
  ProposeKeySchema,
  ProposeKeysSchema,
  type ProposeKey,
  type ProposeKeys,
  type StoredProposeKey,
} from '@strongroom/wire/vault';
import { xwingPrivateKey, type XWingPrivateKey } from './hpke/xwing.ts';
import { isHsmError } from './hsm/hsm-error.ts';
import type { Sealer } from './hsm/sealer.ts';
import type { RecordStore } from './records/record-store.ts';

const day = 86_400_000;
/** A key is handed out for so long, milliseconds. */
export const PROPOSE_KEY_USE: number = day;
/** A key is destroyed after so long, milliseconds. */
export const PROPOSE_KEY_LIFE: number = 2 * day;

/** Where they are stored. */
export const PROPOSE_KEYS_ID: Bytes = new Uint8Array(32).fill(1);
const aad = encode('strongroom propose keys');

/**
 * The keys that Propose is sealed to. They live two days at most, so that a fleet key lost later does
 * not open what was recorded. Kept in the record store, so that every node of a fleet has the same.
 */
export class ProposeKeyring {
  readonly #store: RecordStore;
  readonly #sealer: Sealer;
  #cached: { keys: ProposeKeys; opened: Map<string, XWingPrivateKey> } | undefined;

  constructor(store: RecordStore, sealer: Sealer) {
    this.#store = store;
    this.#sealer = sealer;
  }

  /** The key to hand out now; makes a new one when the newest is a day old. */
  async current(now: number): Promise<ProposeKey> {
    const keys = await this.#fresh(now);
    const newest = keys.keys[0]!;
    return create(ProposeKeySchema, {
      keyId: newest.keyId,
      hpkePublicKey: this.#open(newest).publicKey,
    });
  }

  /** The private key of an id, unless it was destroyed. */
  async find(keyId: Uint8Array, now: number): Promise<XWingPrivateKey | undefined> {
    const keys = await this.#fresh(now);
    const found = keys.keys.find((key) => equalBytes(key.keyId, keyId));
    return found && this.#open(found);
  }

  async #fresh(now: number): Promise<ProposeKeys> {
    const cached = this.#cached?.keys;
    if (cached !== undefined && !isDue(cached, now)) return cached;
    for (;;) {
      const stored = await this.#store.read(PROPOSE_KEYS_ID);
      const kept = stored === undefined ? create(ProposeKeysSchema) : parse(await this.#unseal(stored.value));
      const keys = isDue(kept, now) ? rotate(kept, now) : kept;
      const done = keys === kept || (await this.#write(keys, stored?.revision)) === 'committed';
      if (!done) continue;
      if (keys !== kept && kept.keys.length > 0) await this.#store.forgetOldValues();
      this.#cached = { keys, opened: new Map() };
      return keys;
    }
  }

  async #unseal(value: Bytes): Promise<Bytes> {
    try {
      return await this.#sealer.open(aad, value);
    } catch (cause) {
      if (!isHsmError(cause, 'does-not-open')) throw cause;
      throw new Error('the store returned keys for Propose that do not open', { cause });
    }
  }

  async #write(keys: ProposeKeys, revision: number | undefined): Promise<'committed' | 'conflict'> {
    const value = await this.#sealer.seal(aad, toBinary(ProposeKeysSchema, keys));
    return this.#store.replace(PROPOSE_KEYS_ID, value, revision);
  }

  // Expanding a seed costs more than decapsulating.
  #open({ keyId, seed }: StoredProposeKey): XWingPrivateKey {
    const opened = this.#cached!.opened;
    const name = toHex(keyId);
    const known = opened.get(name) ?? xwingPrivateKey(seed);
    opened.set(name, known);
    return known;
  }
}

function parse(plaintext: Bytes): ProposeKeys {
  try {
    return fromBinary(ProposeKeysSchema, plaintext);
  } catch (cause) {
    throw new Error('the store returned keys for Propose that cannot be read', { cause });
  }
}

/** The same keys as they are stored, sealed under the epoch in use. @throws StrongroomError `hsm` */
export async function resealProposeKeys(value: Bytes, sealer: Sealer): Promise<Bytes> {
  const plaintext = await sealer.open(aad, value);
  try {
    return await sealer.seal(aad, plaintext);
  } finally {
    wipe(plaintext);
  }
}

function isDue({ keys }: ProposeKeys, now: number): boolean {
  const [newest] = keys;
  if (newest === undefined || now - Number(newest.madeAt) >= PROPOSE_KEY_USE) return true;
  return keys.some((key) => now - Number(key.madeAt) >= PROPOSE_KEY_LIFE);
}

function rotate({ keys }: ProposeKeys, now: number): ProposeKeys {
  const kept = keys.filter((key) => now - Number(key.madeAt) < PROPOSE_KEY_LIFE);
  const newest = kept[0];
  const fresh =
    newest === undefined || now - Number(newest.madeAt) >= PROPOSE_KEY_USE
      ? [{ keyId: randomBytes(16), seed: randomBytes(32), madeAt: BigInt(now) }]
      : [];
  return create(ProposeKeysSchema, { keys: [...fresh, ...kept] });
}
