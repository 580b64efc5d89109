import { randomBytes, type Bytes } from '@strongroom/core';
import type { PasskeyProof } from '../engine/contract.ts';
import { failed, outcomeOf, type Outcome } from './outcome.ts';

/** What a new passkey is made for. */
export interface NewPasskey {
  /** What the person calls it. */
  readonly name: string;
  /** Whom it is for, as the password manager shows it: the phone number. */
  readonly account: string;
  /** Those that open the backup already: the same authenticator makes no second one. */
  readonly known?: readonly Bytes[];
}

/** A passkey that was made: at once with its secret, or it gives the secret only when it is used (`askPasskey`). */
export type MadePasskey =
  | { readonly complete: true; readonly proof: PasskeyProof }
  | { readonly complete: false; readonly hint: Pick<PasskeyProof, 'credentialId' | 'prfInput' | 'name'> };

/** How long the person has to answer, milliseconds. */
export const patience = 120_000;

// ES256, EdDSA, RS256: with these every authenticator finds one it knows.
const algorithms = [-7, -8, -257];

/** Makes a passkey whose secret (WebAuthn level 3, section 10.1.4, PRF) can protect a backup key. */
export function createPasskey(wanted: NewPasskey, signal?: AbortSignal): Promise<Outcome<MadePasskey>> {
  return outcomeOf(async () => {
    const prfInput = randomBytes(32);
    const made = await navigator.credentials.create({
      publicKey: creationOptions(wanted, prfInput),
      ...(signal && { signal }),
    });
    return made instanceof PublicKeyCredential ? madeOf(made, prfInput, wanted.name) : failed('cancelled');
  });
}

function creationOptions(
  { name, account, known = [] }: NewPasskey,
  first: Bytes,
): PublicKeyCredentialCreationOptions {
  return {
    rp: { name: 'Strongroom', id: location.hostname },
    // A number of its own: with the same one, an authenticator would overwrite the passkey before.
    user: { id: randomBytes(32), name: account, displayName: name },
    challenge: randomBytes(32),
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known.map((id) => ({ type: 'public-key', id })),
    extensions: { prf: { eval: { first } } },
    timeout: patience,
  };
}

function madeOf(made: PublicKeyCredential, prfInput: Bytes, name: string): Outcome<MadePasskey> {
  const { prf } = made.getClientExtensionResults();
  const credentialId = new Uint8Array(made.rawId);
  const prfOutput = secretOf(prf?.results?.first);
  if (prfOutput !== undefined)
    return { ok: true, value: { complete: true, proof: { credentialId, prfInput, prfOutput, name } } };
  if (prf?.enabled !== true) return failed('no-secret');
  return { ok: true, value: { complete: false, hint: { credentialId, prfInput, name } } };
}

/** The 32 bytes that a PRF gave, as an array of its own. */
export function secretOf(result: BufferSource | undefined): Bytes | undefined {
  if (result === undefined) return undefined;
  const view = ArrayBuffer.isView(result)
    ? new Uint8Array(result.buffer, result.byteOffset, result.byteLength)
    : new Uint8Array(result);
  return view.length === 32 ? new Uint8Array(view) : undefined;
}
