import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { concat, fromHex, randomBytes, type Bytes } from '@strongroom/core';
import { ownerSigned, type OwnedRequest } from '@strongroom/protocol';

const pkcs8Prefix = fromHex('302e020100300506032b657004220420');

/** An owner key, as the holder of a backup key derives one. */
export class TestOwner {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Bytes;
  readonly #key: KeyObject;

  /** @param seed 32 bytes */
  constructor(seed: Bytes = randomBytes(32)) {
    const pkcs8 = Buffer.from(concat(pkcs8Prefix, seed));
    this.#key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    this.publicKey = new Uint8Array(spki.subarray(-32));
  }

  /** Signs a request: 64 bytes. */
  sign(request: OwnedRequest): Bytes {
    return new Uint8Array(sign(null, ownerSigned(request), this.#key));
  }
}
