import { concat, utf8, wipe, type Bytes, type Random } from '@strongroom/core';
import { envelopeLength, Nn, recover, type Identities, type RecoveredEnvelope } from './envelope.ts';
import { Ne, type Element } from './group.ts';
import { hkdfExpand, Nh } from './hash.ts';
import { maskedResponseLength, split, type CredentialResponse, type RegistrationRecord } from './messages.ts';

/** What RecoverCredentials gives; the server's public key is the one it showed behind the mask. */
export interface RecoveredCredentials extends RecoveredEnvelope {
  readonly serverPublicKey: Bytes;
}

/** CreateCredentialResponse (RFC 9807 section 6.3.2.2), once the blinded message is evaluated. */
export function createCredentialResponse(
  evaluatedMessage: Element,
  serverPublicKey: Uint8Array,
  record: RegistrationRecord,
  random: Random,
): CredentialResponse {
  const maskingNonce = random(Nn);
  const maskedResponse = mask(record.maskingKey, maskingNonce, concat(serverPublicKey, record.envelope));
  return { evaluatedMessage, maskingNonce, maskedResponse };
}

/**
 * RecoverCredentials (RFC 9807 section 6.3.2.3), once the randomized password is known.
 * `undefined` is the RFC's EnvelopeRecoveryError: another password, or not what was stored.
 */
export function recoverCredentials(
  randomizedPassword: Uint8Array,
  response: CredentialResponse,
  identities: Identities,
): RecoveredCredentials | undefined {
  const maskingKey = hkdfExpand(randomizedPassword, utf8('MaskingKey'), Nh);
  const unmasked = mask(maskingKey, response.maskingNonce, response.maskedResponse);
  wipe(maskingKey);
  const [serverPublicKey, envelope] = split(unmasked, [Ne, envelopeLength], 'the masked response');
  const recovered = recover(randomizedPassword, serverPublicKey, envelope, identities);
  return recovered && { ...recovered, serverPublicKey };
}

/** The bytes XOR the pad of this masking key and nonce; twice is the identity. */
function mask(maskingKey: Uint8Array, maskingNonce: Uint8Array, bytes: Uint8Array): Bytes {
  const pad = hkdfExpand(
    maskingKey,
    concat(maskingNonce, utf8('CredentialResponsePad')),
    maskedResponseLength,
  );
  return pad.map((byte, i) => byte ^ bytes[i]!);
}
