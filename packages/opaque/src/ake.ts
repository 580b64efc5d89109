import { concat, encode, equalBytes, i2osp, utf8, wipe, type Bytes, type Random } from '@strongroom/core';
import { deriveDiffieHellmanKeyPair, Nn, Nseed, type CleartextCredentials } from './envelope.ts';
import { multiply, type Element, type Scalar } from './group.ts';
import { hkdfExpand, hkdfExtract, hmacSha512, Nh, sha512 } from './hash.ts';
import type { KeyPair } from './oprf.ts';
import {
  encodeCredentialResponse,
  encodeKE1,
  type CredentialResponse,
  type KE1,
  type KE2,
} from './messages.ts';

/** What both sides must agree on for the MACs to match. */
export interface Transcript {
  /** The application's own context, at most 65535 bytes. */
  readonly context: Uint8Array;
  readonly clientIdentity: Uint8Array;
  readonly serverIdentity: Uint8Array;
  /** KE1: 96 bytes. */
  readonly ke1: Uint8Array;
  readonly credentialResponse: CredentialResponse;
  readonly serverNonce: Uint8Array;
  readonly serverPublicKeyshare: Uint8Array;
}

/** The client's long-term and ephemeral private keys, the server's public key, and what the client believes. */
export interface ClientHandshake {
  readonly context: Uint8Array;
  readonly ke1: Uint8Array;
  readonly clientSecret: Scalar;
  readonly clientPrivateKey: Scalar;
  readonly serverPublicKey: Element;
  readonly cleartextCredentials: CleartextCredentials;
}

/** The server's side of the same. */
export interface ServerHandshake {
  readonly context: Uint8Array;
  readonly ke1: KE1;
  readonly credentialResponse: CredentialResponse;
  readonly serverPrivateKey: Scalar;
  readonly clientPublicKey: Element;
  readonly cleartextCredentials: CleartextCredentials;
}

/** AuthClientStart (RFC 9807 section 6.4.3): KE1 of 96 bytes, and the private key share the client keeps. */
export function authClientStart(
  blindedMessage: Element,
  random: Random,
): { readonly ke1: Bytes; readonly clientSecret: Scalar } {
  const clientNonce = random(Nn);
  const keyshare = freshKeyshare(random);
  const ke1 = encodeKE1({ blindedMessage, clientNonce, clientPublicKeyshare: keyshare.publicKey });
  return { ke1, clientSecret: keyshare.privateKey };
}

/** AuthServerRespond (RFC 9807 section 6.4.4): KE2, the MAC that KE3 must be, and the session key, 64 bytes each. */
export function authServerRespond(
  server: ServerHandshake,
  random: Random,
): { readonly ke2: KE2; readonly expectedClientMac: Bytes; readonly sessionKey: Bytes } {
  const { ke1, credentialResponse, cleartextCredentials, context } = server;
  const serverNonce = random(Nn);
  const { privateKey, publicKey: serverPublicKeyshare } = freshKeyshare(random);
  const keys = deriveKeys(
    [
      multiply(privateKey, ke1.clientPublicKeyshare),
      multiply(server.serverPrivateKey, ke1.clientPublicKeyshare),
      multiply(privateKey, server.clientPublicKey),
    ],
    {
      ...cleartextCredentials,
      context,
      ke1: encodeKE1(ke1),
      credentialResponse,
      serverNonce,
      serverPublicKeyshare,
    },
  );
  wipe(privateKey);
  const { serverMac, clientMac: expectedClientMac, sessionKey } = keys;
  return {
    ke2: { credentialResponse, serverNonce, serverPublicKeyshare, serverMac },
    expectedClientMac,
    sessionKey,
  };
}

/**
 * AuthClientFinalize (RFC 9807 section 6.4.3): KE3 and the session key, 64 bytes each.
 * `undefined` is the RFC's ServerAuthenticationError: the server's MAC is wrong.
 */
export function authClientFinalize(
  client: ClientHandshake,
  ke2: KE2,
): { readonly ke3: Bytes; readonly sessionKey: Bytes } | undefined {
  const { context, ke1, cleartextCredentials } = client;
  const keys = deriveKeys(
    [
      multiply(client.clientSecret, ke2.serverPublicKeyshare),
      multiply(client.clientSecret, client.serverPublicKey),
      multiply(client.clientPrivateKey, ke2.serverPublicKeyshare),
    ],
    { ...cleartextCredentials, ...ke2, context, ke1 },
  );
  if (equalBytes(keys.serverMac, ke2.serverMac)) return { ke3: keys.clientMac, sessionKey: keys.sessionKey };
  wipe(keys.clientMac, keys.sessionKey);
  return undefined;
}

/** Preamble (RFC 9807 section 6.4.2.1). */
export function preamble(transcript: Transcript): Bytes {
  const { context, clientIdentity, ke1, serverIdentity } = transcript;
  const response = encodeCredentialResponse(transcript.credentialResponse);
  const { serverNonce, serverPublicKeyshare } = transcript;
  return concat(
    utf8('OPAQUEv1-'),
    encode(context, clientIdentity),
    ke1,
    encode(serverIdentity),
    response,
    serverNonce,
    serverPublicKeyshare,
  );
}

/** DeriveKeys (RFC 9807 section 6.4.2.2) and the two MACs of section 6.4.3 and 6.4.4. */
export function deriveKeys(
  diffieHellman: readonly [Bytes, Bytes, Bytes],
  transcript: Transcript,
): { readonly serverMac: Bytes; readonly clientMac: Bytes; readonly sessionKey: Bytes } {
  const said = preamble(transcript);
  const input = concat(...diffieHellman);
  const prk = hkdfExtract(new Uint8Array(0), input);
  const handshakeSecret = deriveSecret(prk, 'HandshakeSecret', sha512(said));
  const sessionKey = deriveSecret(prk, 'SessionKey', sha512(said));
  const serverMacKey = deriveSecret(handshakeSecret, 'ServerMAC', new Uint8Array(0));
  const clientMacKey = deriveSecret(handshakeSecret, 'ClientMAC', new Uint8Array(0));
  const serverMac = hmacSha512(serverMacKey, sha512(said));
  const clientMac = hmacSha512(clientMacKey, sha512(said, serverMac));
  wipe(...diffieHellman, input, prk, handshakeSecret, serverMacKey, clientMacKey);
  return { serverMac, clientMac, sessionKey };
}

/** Derive-Secret (RFC 9807 section 6.4.2.2): 64 bytes. */
export function deriveSecret(secret: Uint8Array, label: string, transcriptHash: Uint8Array): Bytes {
  const name = utf8(`OPAQUE-${label}`);
  const customLabel = concat(
    i2osp(Nh, 2),
    i2osp(name.length, 1),
    name,
    i2osp(transcriptHash.length, 1),
    transcriptHash,
  );
  return hkdfExpand(secret, customLabel, Nh);
}

function freshKeyshare(random: Random): KeyPair {
  const seed = random(Nseed);
  const keyshare = deriveDiffieHellmanKeyPair(seed);
  wipe(seed);
  return keyshare;
}
