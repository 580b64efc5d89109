import { equalBytes, randomBytes, type Bytes } from '@strongroom/core';
import type { PasskeyProof } from '../engine/contract.ts';
import { toBase64url } from './base64url.ts';
import { patience, secretOf } from './create-passkey.ts';
import { failed, outcomeOf, type Outcome } from './outcome.ts';

/** A passkey that may answer, and what its secret is made from. */
export interface PasskeyHint {
  readonly credentialId: Bytes;
  readonly prfInput: Bytes;
  readonly name?: string;
}

/** Asks for one of several passkeys, and its secret. Call it from a tap: some browsers ask for that. */
export function askPasskey(
  hints: readonly PasskeyHint[],
  signal?: AbortSignal,
): Promise<Outcome<PasskeyProof>> {
  return outcomeOf(async () => {
    if (hints.length === 0) return failed('unsupported');
    const answer = await navigator.credentials.get({
      publicKey: requestOptions(hints),
      ...(signal && { signal }),
    });
    return answer instanceof PublicKeyCredential ? proofOf(answer, hints) : failed('cancelled');
  });
}

// WebAuthn level 3, section 10.1.4: one input for each credential that may answer.
function requestOptions(hints: readonly PasskeyHint[]): PublicKeyCredentialRequestOptions {
  const evalByCredential = Object.fromEntries(
    hints.map(({ credentialId, prfInput }) => [toBase64url(credentialId), { first: prfInput }]),
  );
  return {
    rpId: location.hostname,
    challenge: randomBytes(32),
    allowCredentials: hints.map(({ credentialId }) => ({ type: 'public-key', id: credentialId })),
    userVerification: 'required',
    extensions: { prf: { evalByCredential } },
    timeout: patience,
  };
}

function proofOf(answer: PublicKeyCredential, hints: readonly PasskeyHint[]): Outcome<PasskeyProof> {
  const credentialId = new Uint8Array(answer.rawId);
  const hint = hints.find((each) => equalBytes(each.credentialId, credentialId));
  const prfOutput = secretOf(answer.getClientExtensionResults().prf?.results?.first);
  if (hint === undefined || prfOutput === undefined) return failed('no-secret');
  const { prfInput, name = '' } = hint;
  return { ok: true, value: { credentialId, prfInput, prfOutput, name } };
}
