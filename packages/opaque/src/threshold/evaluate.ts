import { isStrongroomError, randomBytes, wipe, type Bytes, type Random } from '@strongroom/core';
import { deriveDiffieHellmanKeyPair, Nseed } from '../envelope.ts';
import { decodeElement, decodeScalar, type Element, type Scalar } from '../group.ts';
import { respond, type AkeKeyPair, type ServerResponse } from '../login.ts';
import { decodeKE1, type KE1 } from '../messages.ts';
import { blindEvaluate } from '../oprf.ts';
import { generateProof } from '../proof.ts';
import { encodeContext, type GuessCredential } from './credential.ts';

/** A counted guess, and all that a vault answers it with. */
export interface Guess {
  readonly credential: GuessCredential;
  /** t of the registration. */
  readonly threshold: number;
  /** KE1: 96 bytes. */
  readonly ke1: Uint8Array;
  /** 32 bytes each. */
  readonly akePrivateKey: Uint8Array;
  readonly akePublicKey: Uint8Array;
  /** 16 bytes each. */
  readonly vaultId: Uint8Array;
  readonly accountId: Uint8Array;
  readonly tenant: string;
  readonly random?: Random;
}

/** KE2 of 320 bytes, what KE3 must be and the session key of 64 bytes each, and the proof. */
export interface Evaluation extends ServerResponse {
  /** 64 bytes; none with one vault, where there is nothing to tell apart. */
  readonly proof: Bytes | undefined;
}

/** A fresh AKE key pair of a vault, 32 bytes each. */
export function generateAkeKeyPair(random: Random = randomBytes): { privateKey: Bytes; publicKey: Bytes } {
  const seed = random(Nseed);
  const { privateKey, publicKey } = deriveDiffieHellmanKeyPair(seed);
  wipe(seed);
  return { privateKey, publicKey };
}

/** Reads KE1 of 96 bytes; a vault does so before it counts. @throws `malformed` */
export function parseKe1(bytes: Uint8Array): KE1 {
  return decodeKE1(bytes);
}

/** Whether the bytes are a KE1 that `evaluate` can answer. */
export function isKe1(bytes: Uint8Array): boolean {
  try {
    parseKe1(bytes);
    return true;
  } catch (error) {
    if (isStrongroomError(error, 'malformed')) return false;
    throw error;
  }
}

/**
 * A vault's answer to a guess: its share of the OPRF, a proof that it used that share, and KE2 of RFC 9807.
 * Whoever calls it has counted the guess durably. @throws `malformed` for a bad KE1 or credential
 */
export function evaluate(guess: Guess): Evaluation {
  const { credential, random = randomBytes } = guess;
  const ke1 = parseKe1(guess.ke1);
  const { blindedMessage } = ke1;
  const keyShare = decodeScalar(credential.keyShare, 'the key share');
  const evaluated = blindEvaluate(keyShare, blindedMessage);
  const proof =
    credential.publicShares.length > 1
      ? prove(credential, keyShare, blindedMessage, evaluated, random)
      : undefined;
  wipe(keyShare);
  const response = respond(
    {
      record: credential.registrationRecord,
      akeKeyPair: akeKeyPair(guess),
      identities: { serverIdentity: guess.vaultId, clientIdentity: guess.accountId },
      context: encodeContext({ ...credential, ...guess }),
      random,
    },
    ke1,
    evaluated,
  );
  return { ...response, proof };
}

function prove(
  { publicShares, index }: GuessCredential,
  keyShare: Scalar,
  blinded: Element,
  evaluated: Element,
  random: Random,
): Bytes {
  const publicKey = decodeElement(publicShares[index - 1] ?? new Uint8Array(0), 'the public share');
  const statement = { publicKey, blindedElements: [blinded], evaluatedElements: [evaluated] };
  return generateProof(keyShare, statement, random);
}

function akeKeyPair({ akePrivateKey, akePublicKey }: Guess): AkeKeyPair {
  return { privateKey: akePrivateKey, publicKey: akePublicKey };
}
