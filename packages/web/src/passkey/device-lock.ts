import { randomBytes, type Bytes } from '@strongroom/core';
import { fromBase64url, toBase64url } from './base64url.ts';
import { patience } from './create-passkey.ts';
import { failed, outcomeOf, type Outcome } from './outcome.ts';

// A credential of this device alone that opens nothing: asking for it makes the device ask for its lock. The first
// time it is made, and that asks, too. Its name is no secret.
const keptAs = 'strongroom-device-lock';

/** Has the device ask for its own lock: a fingerprint, a face, a PIN. */
export function askDeviceLock(account: string, signal?: AbortSignal): Promise<Outcome<'verified'>> {
  return outcomeOf(async () => {
    const known = keptCredential();
    const flags = known ? await flagsOfUse(known, signal) : await flagsOfMaking(account, signal);
    return flags !== undefined && isVerified(flags) ? { ok: true, value: 'verified' } : failed('cancelled');
  });
}

async function flagsOfUse(id: Bytes, signal: AbortSignal | undefined): Promise<number | undefined> {
  try {
    const answer = await navigator.credentials.get({
      publicKey: {
        rpId: location.hostname,
        challenge: randomBytes(32),
        allowCredentials: [{ type: 'public-key', id, transports: ['internal'] }],
        userVerification: 'required',
        timeout: patience,
      },
      ...(signal && { signal }),
    });
    if (!(answer instanceof PublicKeyCredential)) return undefined;
    return flagsIn(new Uint8Array((answer.response as AuthenticatorAssertionResponse).authenticatorData));
  } catch (error) {
    // It may have been deleted in the device's settings: the next time it is made anew.
    localStorage.removeItem(keptAs);
    throw error;
  }
}

async function flagsOfMaking(account: string, signal: AbortSignal | undefined): Promise<number | undefined> {
  const made = await navigator.credentials.create({
    publicKey: {
      rp: { name: 'Strongroom', id: location.hostname },
      user: { id: randomBytes(32), name: account, displayName: account },
      challenge: randomBytes(32),
      pubKeyCredParams: [-7, -257].map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: {
        authenticatorAttachment: 'platform',
        residentKey: 'discouraged',
        userVerification: 'required',
      },
      timeout: patience,
    },
    ...(signal && { signal }),
  });
  if (!(made instanceof PublicKeyCredential)) return undefined;
  localStorage.setItem(keptAs, toBase64url(new Uint8Array(made.rawId)));
  const response = made.response as AuthenticatorAttestationResponse;
  return flagsIn(new Uint8Array(response.getAuthenticatorData()));
}

function keptCredential(): Bytes | undefined {
  try {
    const kept = localStorage.getItem(keptAs);
    return kept === null ? undefined : fromBase64url(kept);
  } catch {
    return undefined;
  }
}

// WebAuthn level 3, section 6.1: the flags stand behind the 32 bytes of the hash of the host's name.
function flagsIn(authenticatorData: Uint8Array): number {
  return authenticatorData[32] ?? 0;
}

/** Whether an authenticator says that it verified the person: bit 2 of its flags. */
export function isVerified(flags: number): boolean {
  return (flags & 0b100) !== 0;
}
