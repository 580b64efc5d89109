import { concat, StrongroomError, type Bytes } from '@strongroom/core';
import { envelopeLength, Nn } from './envelope.ts';
import { decodeElement, Ne, type Element } from './group.ts';
import { Nh } from './hash.ts';

/** What a server keeps of a registration (RFC 9807 section 5.1, RegistrationRecord). */
export interface RegistrationRecord {
  /** 32 bytes */
  readonly clientPublicKey: Uint8Array;
  /** 64 bytes */
  readonly maskingKey: Uint8Array;
  /** 96 bytes */
  readonly envelope: Uint8Array;
}

/** RFC 9807 section 6.1, KE1. */
export interface KE1 {
  readonly blindedMessage: Element;
  readonly clientNonce: Bytes;
  readonly clientPublicKeyshare: Element;
}

/** RFC 9807 section 6.3.2, CredentialResponse. */
export interface CredentialResponse {
  readonly evaluatedMessage: Element;
  readonly maskingNonce: Bytes;
  readonly maskedResponse: Bytes;
}

/** RFC 9807 section 6.1, KE2. */
export interface KE2 {
  readonly credentialResponse: CredentialResponse;
  readonly serverNonce: Bytes;
  readonly serverPublicKeyshare: Element;
  readonly serverMac: Bytes;
}

/** Length of what the masked response covers: the server's public key and the envelope. */
export const maskedResponseLength: number = Ne + envelopeLength;

/** Lengths of the messages in bytes. */
export const ke1Length: number = Ne + Nn + Ne;
export const ke2Length: number = Ne + Nn + maskedResponseLength + Nn + Ne + Nh;
export const ke3Length: number = Nh;
export const registrationRecordLength: number = Ne + Nh + envelopeLength;
export const registrationResponseLength: number = Ne + Ne;

/** The bytes of a RegistrationRecord: 192. */
export function encodeRegistrationRecord(record: RegistrationRecord): Bytes {
  return concat(record.clientPublicKey, record.maskingKey, record.envelope);
}

/** @throws `malformed` */
export function decodeRegistrationRecord(bytes: Uint8Array): RegistrationRecord {
  const [publicKey, maskingKey, envelope] = split(bytes, [Ne, Nh, envelopeLength], 'the registration record');
  return { clientPublicKey: decodeElement(publicKey, 'the client public key'), maskingKey, envelope };
}

/** The bytes of KE1: 96. */
export function encodeKE1(ke1: KE1): Bytes {
  return concat(ke1.blindedMessage, ke1.clientNonce, ke1.clientPublicKeyshare);
}

/** @throws `malformed` */
export function decodeKE1(bytes: Uint8Array): KE1 {
  const [blinded, clientNonce, keyshare] = split(bytes, [Ne, Nn, Ne], 'KE1');
  return {
    blindedMessage: decodeElement(blinded, 'the blinded message'),
    clientNonce,
    clientPublicKeyshare: decodeElement(keyshare, "the client's key share"),
  };
}

/** The bytes of a CredentialResponse: 192. */
export function encodeCredentialResponse(response: CredentialResponse): Bytes {
  return concat(response.evaluatedMessage, response.maskingNonce, response.maskedResponse);
}

/** The bytes of KE2: 320. */
export function encodeKE2(ke2: KE2): Bytes {
  const response = encodeCredentialResponse(ke2.credentialResponse);
  return concat(response, ke2.serverNonce, ke2.serverPublicKeyshare, ke2.serverMac);
}

/** @throws `malformed` */
export function decodeKE2(bytes: Uint8Array): KE2 {
  const lengths = [Ne, Nn, maskedResponseLength, Nn, Ne, Nh] as const;
  const [evaluated, maskingNonce, maskedResponse, serverNonce, keyshare, serverMac] = split(
    bytes,
    lengths,
    'KE2',
  );
  return {
    credentialResponse: {
      evaluatedMessage: decodeElement(evaluated, 'the evaluated message'),
      maskingNonce,
      maskedResponse,
    },
    serverNonce,
    serverPublicKeyshare: decodeElement(keyshare, "the server's key share"),
    serverMac,
  };
}

/** Copies of consecutive fields that together are all the bytes. @throws `malformed` for any other length */
export function split<const L extends readonly number[]>(
  bytes: Uint8Array,
  lengths: L,
  what: string,
): { [I in keyof L]: Bytes } {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (bytes.length !== total)
    throw new StrongroomError('malformed', { what: `${what} is not ${total} bytes` });
  let at = 0;
  return lengths.map((length) => bytes.slice(at, (at += length))) as { [I in keyof L]: Bytes };
}
