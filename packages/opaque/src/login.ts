import { equalBytes, wipe, type Bytes, type Random } from '@strongroom/core';
import { authClientFinalize, authClientStart, authServerRespond } from './ake.ts';
import { createCredentialResponse, recoverCredentials } from './credential.ts';
import { createCleartextCredentials, randomizePassword, type Identities } from './envelope.ts';
import { decodeElement, decodeScalar, type Element, type Scalar } from './group.ts';
import { decodeKE1, decodeKE2, encodeKE2, type KE1, type KE2, type RegistrationRecord } from './messages.ts';
import { blind, blindEvaluate, finalize, OPRF } from './oprf.ts';
import { deriveOprfKey } from './registration.ts';

/** What the client keeps between KE1 and KE3. */
export interface ClientLogin {
  readonly ke1: Bytes;
  readonly blind: Scalar;
  readonly clientSecret: Scalar;
}

/** What the client must know to finish. */
export interface LoginFinish {
  readonly password: Uint8Array;
  /** The key stretching function, its parameters applied. */
  readonly stretch: (input: Uint8Array) => Uint8Array;
  readonly identities: Identities;
  readonly context: Uint8Array;
}

/** The same once the randomized password is known. */
export interface HandshakeFinish {
  readonly ke1: Uint8Array;
  readonly clientSecret: Scalar;
  readonly randomizedPassword: Uint8Array;
  readonly identities: Identities;
  readonly context: Uint8Array;
}

/** How a login ends for the client: with KE3 and keys of 64 bytes each, or with one of the RFC's two errors. */
export type LoginOutcome =
  | {
      readonly outcome: 'authenticated';
      readonly ke3: Bytes;
      readonly sessionKey: Bytes;
      readonly exportKey: Bytes;
      readonly serverPublicKey: Bytes;
    }
  | { readonly outcome: 'EnvelopeRecoveryError' }
  | { readonly outcome: 'ServerAuthenticationError' };

/** A server's long-term key pair for the handshake, 32 bytes each. */
export interface AkeKeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** What the server answers KE1 with, and from. */
export interface ServerLogin extends ServerResponding {
  /** KE1: 96 bytes. */
  readonly ke1: Uint8Array;
}

/** The same but for KE1. */
export interface ServerResponding {
  readonly record: RegistrationRecord;
  readonly akeKeyPair: AkeKeyPair;
  readonly identities: Identities;
  readonly context: Uint8Array;
  readonly random: Random;
}

/** KE2 of 320 bytes; what KE3 must be, and the session key, 64 bytes each. */
export interface ServerResponse {
  readonly ke2: Bytes;
  readonly expectedClientMac: Bytes;
  readonly sessionKey: Bytes;
}

/** GenerateKE1 (RFC 9807 section 6.2.1). KE1 is 96 bytes. */
export function generateKE1(password: Uint8Array, random: Random): ClientLogin {
  const blinded = blind(OPRF, password, random);
  return { ...authClientStart(blinded.blindedElement, random), blind: blinded.blind };
}

/** GenerateKE2 (RFC 9807 section 6.2.2), the OPRF key derived from the server's seed. @throws `malformed` */
export function generateKE2(
  server: ServerLogin,
  credentialIdentifier: Uint8Array,
  oprfSeed: Uint8Array,
): ServerResponse {
  const oprfKey = deriveOprfKey(oprfSeed, credentialIdentifier);
  const ke1 = decodeKE1(server.ke1);
  const evaluated = blindEvaluate(oprfKey, ke1.blindedMessage);
  wipe(oprfKey);
  return respond(server, ke1, evaluated);
}

/** The rest of GenerateKE2, once the blinded message is evaluated. @throws `malformed` */
export function respond(server: ServerResponding, ke1: KE1, evaluatedMessage: Element): ServerResponse {
  const { record, akeKeyPair, context, random } = server;
  const credentialResponse = createCredentialResponse(evaluatedMessage, akeKeyPair.publicKey, record, random);
  const handshake = {
    context,
    ke1,
    credentialResponse,
    serverPrivateKey: decodeScalar(akeKeyPair.privateKey, "the server's private key"),
    clientPublicKey: decodeElement(record.clientPublicKey, "the client's public key"),
    cleartextCredentials: createCleartextCredentials(
      akeKeyPair.publicKey,
      record.clientPublicKey,
      server.identities,
    ),
  };
  const { ke2, expectedClientMac, sessionKey } = authServerRespond(handshake, random);
  wipe(handshake.serverPrivateKey);
  return { ke2: encodeKE2(ke2), expectedClientMac, sessionKey };
}

/** GenerateKE3 (RFC 9807 section 6.2.3) from a KE2 of 320 bytes. @throws `malformed` */
export function generateKE3(login: ClientLogin, ke2: Uint8Array, finish: LoginFinish): LoginOutcome {
  const { password, stretch, identities, context } = finish;
  const message = decodeKE2(ke2);
  const oprfOutput = finalize(password, login.blind, message.credentialResponse.evaluatedMessage);
  const randomizedPassword = randomizePassword(oprfOutput, stretch);
  const { ke1, clientSecret } = login;
  const outcome = finishHandshake({ ke1, clientSecret, randomizedPassword, identities, context }, message);
  wipe(oprfOutput, randomizedPassword);
  return outcome;
}

/** The rest of GenerateKE3, once the randomized password is known. @throws `malformed` */
export function finishHandshake(client: HandshakeFinish, ke2: KE2): LoginOutcome {
  const { context, ke1, clientSecret } = client;
  const recovered = recoverCredentials(client.randomizedPassword, ke2.credentialResponse, client.identities);
  if (!recovered) return { outcome: 'EnvelopeRecoveryError' };
  const { clientPrivateKey, cleartextCredentials, exportKey } = recovered;
  const serverPublicKey = decodeElement(recovered.serverPublicKey, "the server's public key");
  const done = authClientFinalize(
    { context, ke1, clientSecret, clientPrivateKey, serverPublicKey, cleartextCredentials },
    ke2,
  );
  wipe(clientPrivateKey);
  if (!done) return { outcome: 'ServerAuthenticationError' };
  return { outcome: 'authenticated', ...done, exportKey, serverPublicKey };
}

/** ServerFinish (RFC 9807 section 6.2.4): whether KE3 proves that the client knew the password. */
export function serverFinish(expectedClientMac: Uint8Array, ke3: Uint8Array): boolean {
  return equalBytes(expectedClientMac, ke3);
}
