import { createHmac } from 'node:crypto';
import type { Passkey, PasskeyHint, PasskeyOutput } from '@strongroom/client';
import { randomBytes, Secret, toHex, type Bytes } from '@strongroom/core';

/** Makes passkeys, and answers the PRF of those that it made, as an authenticator does: an HMAC under its own key. */
export class Authenticator {
  readonly #keys: Map<string, Bytes> = new Map();

  make(name: string): Passkey {
    const credentialId = randomBytes(20);
    const prfInput = randomBytes(32);
    this.#keys.set(toHex(credentialId), randomBytes(32));
    const prfOutput = this.#prf(credentialId, prfInput);
    return { credentialId, relyingParty: 'chat.example', prfInput, prfOutput, name };
  }

  /** What it says to the hints whose credentials are its own. */
  answer(hints: readonly PasskeyHint[]): PasskeyOutput[] {
    return hints
      .filter(({ credentialId }) => this.#keys.has(toHex(credentialId)))
      .map(({ credentialId, prfInput }) => ({ credentialId, prfOutput: this.#prf(credentialId, prfInput) }));
  }

  #prf(credentialId: Bytes, input: Bytes): Secret<Bytes> {
    const key = this.#keys.get(toHex(credentialId))!;
    return new Secret(new Uint8Array(createHmac('sha256', key).update(input).digest()));
  }
}
