import { createHash } from 'node:crypto';
import { fromHex, fromUtf8, randomBytes, toHex, utf8, type Bytes } from '@strongroom/core';
import { doesNotOpen, epochExists, hsmError, noSuchEpoch, notTrusted } from '../hsm/hsm-error.ts';
import type { Hsm } from '../hsm/hsm.ts';

interface ToySealed {
  readonly key: string;
  readonly epoch: number;
  readonly aad: string;
  readonly plaintext: string;
  readonly salt: string;
}

interface ToyWrapped {
  readonly from: string;
  readonly to: string;
  readonly epoch: number;
  readonly key: string;
}

/** An HSM that keeps the port's promises but protects nothing: it is fast, and tests can look inside. */
export class ToyHsm implements Hsm {
  /** Epoch to the name of its key. */
  readonly keys = new Map<number, string>();
  readonly #destroyed = new Set<string>();
  readonly #transportKey = randomBytes(40);
  readonly #trusted = new Map<string, Bytes>();
  readonly #before: (operation: string, epoch?: number) => void;

  /** @param before called before everything that changes or uses something; what it throws is what happens */
  constructor(before: (operation: string, epoch?: number) => void = () => undefined) {
    this.#before = before;
  }

  async epochs(): Promise<readonly number[]> {
    this.#before('epochs');
    return [...this.keys.keys()].toSorted((a, b) => a - b);
  }

  async seal(epoch: number, aad: Uint8Array, plaintext: Uint8Array): Promise<Bytes> {
    this.#before('seal');
    const fields = { aad: toHex(aad), plaintext: toHex(plaintext), salt: toHex(randomBytes(8)) };
    const sealed: ToySealed = { key: this.#key(epoch), epoch, ...fields };
    return utf8(JSON.stringify(sealed));
  }

  async open(epoch: number, aad: Uint8Array, sealed: Uint8Array): Promise<Bytes> {
    this.#before('open');
    const key = this.#key(epoch);
    const found = sealedIn(sealed);
    if (found?.key !== key || found.epoch !== epoch || found.aad !== toHex(aad)) throw doesNotOpen();
    return fromHex(found.plaintext);
  }

  async makeKey(epoch: number): Promise<void> {
    this.#before('make');
    if (this.keys.has(epoch)) throw epochExists(epoch);
    this.keys.set(epoch, toHex(randomBytes(8)));
  }

  async destroyKey(epoch: number): Promise<void> {
    this.#before('destroy', epoch);
    this.#destroyed.add(this.keys.get(epoch) ?? '');
    this.keys.delete(epoch);
  }

  async keyCheck(epoch: number): Promise<Bytes> {
    const digest = createHash('sha256').update(this.#key(epoch)).digest();
    return new Uint8Array(digest).slice(0, 16);
  }

  async transportKey(): Promise<Bytes> {
    return this.#transportKey.slice();
  }

  async trust(peer: Uint8Array): Promise<void> {
    this.#trusted.set(toHex(peer), new Uint8Array(peer));
  }

  async distrust(peer: Uint8Array): Promise<void> {
    this.#before('distrust');
    this.#trusted.delete(toHex(peer));
  }

  async trusted(): Promise<readonly Bytes[]> {
    return [...this.#trusted.values()];
  }

  async wrapKey(epoch: number, peer: Uint8Array): Promise<Bytes> {
    this.#before('wrap');
    if (!this.#trusted.has(toHex(peer))) throw notTrusted('');
    const names = { from: toHex(this.#transportKey), to: toHex(peer) };
    const wrapped: ToyWrapped = { ...names, epoch, key: this.#key(epoch) };
    return utf8(JSON.stringify(wrapped));
  }

  async unwrapKey(epoch: number, wrapped: Uint8Array): Promise<void> {
    this.#before('unwrap');
    const { from, to, epoch: stated, key } = JSON.parse(fromUtf8(wrapped)) as ToyWrapped;
    if (!this.#trusted.has(from)) throw notTrusted('');
    if (to !== toHex(this.#transportKey) || stated !== epoch) throw hsmError('refused', 'not for here');
    if (this.#destroyed.has(key)) throw hsmError('refused', 'destroyed here');
    if ((this.keys.get(epoch) ?? key) !== key) throw epochExists(epoch);
    this.keys.set(epoch, key);
  }

  async close(): Promise<void> {}

  #key(epoch: number): string {
    const key = this.keys.get(epoch);
    if (key === undefined) throw noSuchEpoch(epoch);
    return key;
  }
}

/** The name of the key that something was sealed with in a toy. */
export function keyOf(sealed: Uint8Array): string | undefined {
  return sealedIn(sealed)?.key;
}

function sealedIn(sealed: Uint8Array): ToySealed | undefined {
  const text = Buffer.from(sealed).toString('latin1');
  const start = text.indexOf('{"key"');
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start)) as ToySealed;
  } catch {
    return undefined;
  }
}
