import { concat, utf8, wipe, type Bytes, type Random } from '@strongroom/core';
import { randomizePassword, store, type Identities } from './envelope.ts';
import { decodeElement, Ne, Ns, type Element, type Scalar } from './group.ts';
import { hkdfExpand } from './hash.ts';
import { split, type RegistrationRecord } from './messages.ts';
import { blind, blindEvaluate, deriveKeyPair, finalize, OPRF } from './oprf.ts';

/** What the client has in hand when it finishes a registration. */
export interface RegistrationFinish {
  readonly password: Uint8Array;
  /** From `createRegistrationRequest`. */
  readonly blind: Scalar;
  /** RegistrationResponse: 64 bytes. */
  readonly response: Uint8Array;
  readonly identities: Identities;
  /** The key stretching function, its parameters applied. */
  readonly stretch: (input: Uint8Array) => Uint8Array;
  readonly random: Random;
}

/** CreateRegistrationRequest (RFC 9807 section 5.2.1): the request is 32 bytes, the blind stays with the client. */
export function createRegistrationRequest(
  password: Uint8Array,
  random: Random,
): { readonly request: Element; readonly blind: Scalar } {
  const blinded = blind(OPRF, password, random);
  return { request: blinded.blindedElement, blind: blinded.blind };
}

/** CreateRegistrationResponse (RFC 9807 section 5.2.2): 64 bytes. @throws `malformed` for a bad request */
export function createRegistrationResponse(
  request: Uint8Array,
  serverPublicKey: Uint8Array,
  credentialIdentifier: Uint8Array,
  oprfSeed: Uint8Array,
): Bytes {
  const element = decodeElement(request, 'the registration request');
  const oprfKey = deriveOprfKey(oprfSeed, credentialIdentifier);
  const evaluated = blindEvaluate(oprfKey, element);
  wipe(oprfKey);
  return concat(evaluated, serverPublicKey);
}

/** FinalizeRegistrationRequest (RFC 9807 section 5.2.3). @throws `malformed` for a bad response */
export function finalizeRegistrationRequest(finish: RegistrationFinish): {
  readonly record: RegistrationRecord;
  readonly exportKey: Bytes;
} {
  const [evaluated, serverKey] = split(finish.response, [Ne, Ne], 'the registration response');
  const element = decodeElement(evaluated, 'the evaluated message');
  const serverPublicKey = decodeElement(serverKey, "the server's public key");
  const oprfOutput = finalize(finish.password, finish.blind, element);
  const randomizedPassword = randomizePassword(oprfOutput, finish.stretch);
  const stored = store(randomizedPassword, serverPublicKey, finish.identities, finish.random);
  wipe(oprfOutput, randomizedPassword);
  const { clientPublicKey, maskingKey, envelope, exportKey } = stored;
  return { record: { clientPublicKey, maskingKey, envelope }, exportKey };
}

/** The OPRF key of one client (RFC 9807 section 5.2.2), from the server's seed of 64 bytes. */
export function deriveOprfKey(oprfSeed: Uint8Array, credentialIdentifier: Uint8Array): Scalar {
  const seed = hkdfExpand(oprfSeed, concat(credentialIdentifier, utf8('OprfKey')), Ns);
  const { privateKey } = deriveKeyPair(OPRF, seed, utf8('OPAQUE-DeriveKeyPair'));
  wipe(seed);
  return privateKey;
}
