import { createHash } from 'node:crypto';
import { encode, fromHex, type Bytes } from '@strongroom/core';
import { aesGcmSeal } from '../hpke/aes-gcm.ts';
import { openBase } from '../hpke/hpke.ts';
import { keySchedule, suiteId } from '../hpke/key-schedule.ts';
import { encapsulate, generateKeyPair, type XWingPrivateKey } from '../hpke/xwing.ts';
import { encodeEpoch, epochOf, EPOCH_LENGTH, withEpoch } from '../hsm/epoch.ts';
import type { Hsm } from '../hsm/hsm.ts';
import { isHsmError } from '../hsm/hsm-error.ts';
import type { HandedKey, NodeId } from './fleet.ts';

// What an HSM wraps for another one opens as long as that one keeps its transport key, and the store keeps, in old
// revisions and in copies, all that was ever in it. A wrapped key that was written as it is would open an epoch long
// after its key was destroyed. So it is sealed once more, to a key that lives in the memory of the waiting process
// alone and is gone with it.

const suite = suiteId(0x647a, 0x0001, 0x0002);
const nothing = new Uint8Array();

/** From whom to whom a key goes, and of which epoch it is. */
export interface Handing {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly epoch: number;
}

/** Where a process gets sealing keys. One for each process; never stored. */
export class Reception {
  readonly #privateKey: XWingPrivateKey;

  constructor() {
    const { seed, privateKey } = generateKeyPair();
    seed.fill(0);
    this.#privateKey = privateKey;
  }

  /** X-Wing, 1216 bytes. */
  get publicKey(): Bytes {
    return this.#privateKey.publicKey;
  }

  /** What the sender's HSM wrapped. @throws StrongroomError `malformed` for what was not sent here, or not so */
  open(handing: Handing, { enc, ciphertext }: Pick<HandedKey, 'enc' | 'ciphertext'>): Bytes {
    return openBase(this.#privateKey, enc, infoOf(handing), nothing, ciphertext).plaintext;
  }
}

/** Seals what an HSM wrapped to a reception: RFC 9180 section 6.1, SealBase. @throws StrongroomError `malformed` for what is no key */
export function sealToReception(
  publicKey: Uint8Array,
  handing: Handing,
  wrapped: Uint8Array,
): Pick<HandedKey, 'enc' | 'ciphertext'> {
  const { sharedSecret, enc } = encapsulate(publicKey);
  const { key, baseNonce } = keySchedule(suite, sharedSecret, infoOf(handing));
  const ciphertext = aesGcmSeal(key, baseNonce, nothing, wrapped);
  sharedSecret.fill(0);
  key.fill(0);
  return { enc, ciphertext };
}

/** The name of a reception's public key: SHA-256 in hex. */
export function receptionName(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex');
}

/** Shows that a reception is a node's own: only an HSM with a sealing key of the fleet can make it. */
export async function proveReception(
  hsm: Hsm,
  epoch: number,
  node: NodeId,
  publicKey: Uint8Array,
): Promise<Bytes> {
  return withEpoch(epoch, await hsm.seal(epoch, proofOf(node, publicKey), nothing));
}

/** Whether `proveReception` made a proof, in an HSM that shares a sealing key with this one. */
export async function isProven(
  hsm: Hsm,
  node: NodeId,
  publicKey: Uint8Array,
  proof: Uint8Array,
): Promise<boolean> {
  if (proof.length === 0) return false;
  try {
    const opened = await hsm.open(epochOf(proof), proofOf(node, publicKey), proof.subarray(EPOCH_LENGTH));
    return opened.length === 0;
  } catch (error) {
    if (isHsmError(error, 'does-not-open', 'no-such-epoch')) return false;
    throw error;
  }
}

function infoOf({ from, to, epoch }: Handing): Bytes {
  return encode('strongroom handed key v1', fromHex(from), fromHex(to), encodeEpoch(epoch));
}

function proofOf(node: NodeId, publicKey: Uint8Array): Bytes {
  return encode('strongroom reception v1', fromHex(node), publicKey);
}
