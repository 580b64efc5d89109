import {
  concat,
  encode,
  equalBytes,
  i2osp,
  isStrongroomError,
  utf8,
  wipe,
  StrongroomError,
  type Bytes,
  type Random,
} from '@strongroom/core';
import {
  add,
  decodeScalar,
  isZero,
  multiply,
  multiplyBase,
  Ns,
  randomScalar,
  scalarMultiply,
  scalarSubtract,
  type Element,
  type Scalar,
} from './group.ts';
import { hashToScalar } from './hash-to-group.ts';
import { sha512 } from './hash.ts';
import { createContextString, VOPRF } from './oprf.ts';

/** Length of a proof in bytes: two scalars, the challenge and the response. */
export const proofLength: number = 2 * Ns;

/** What a proof is about: D[i] = k · C[i] for the same k as in B = k · generator. */
export interface Statement {
  /** B, the public key: 32 bytes. */
  readonly publicKey: Element;
  /** C: 32 bytes each. */
  readonly blindedElements: readonly Element[];
  /** D, of the same length. */
  readonly evaluatedElements: readonly Element[];
}

/** GenerateProof (RFC 9497 section 2.2.1) in mode VOPRF, over the group's generator: 64 bytes. */
export function generateProof(privateKey: Scalar, statement: Statement, random: Random): Bytes {
  const M = composite(statement, statement.blindedElements);
  const Z = multiply(privateKey, M);
  const r = randomScalar(random);
  const c = challenge(statement.publicKey, M, Z, multiplyBase(r), multiply(r, M));
  const ck = scalarMultiply(c, privateKey);
  const s = scalarSubtract(r, ck);
  wipe(r, ck);
  return concat(c, s);
}

/** VerifyProof (RFC 9497 section 2.2.2) in mode VOPRF: whether a proof of 64 bytes shows the statement. */
export function verifyProof(statement: Statement, proof: Uint8Array): boolean {
  try {
    return equalBytes(recomputeChallenge(statement, proof), proof.subarray(0, Ns));
  } catch (error) {
    if (isStrongroomError(error, 'malformed')) return false;
    throw error;
  }
}

function recomputeChallenge(statement: Statement, proof: Uint8Array): Bytes {
  const c = decodeScalar(proof.subarray(0, Ns), 'the challenge');
  const s = decodeScalar(proof.subarray(Ns), 'the response');
  const M = composite(statement, statement.blindedElements);
  const Z = composite(statement, statement.evaluatedElements);
  const t2 = add(multiplyBase(s), multiply(c, statement.publicKey));
  const t3 = add(multiply(s, M), multiply(c, Z));
  return challenge(statement.publicKey, M, Z, t2, t3);
}

/**
 * ComputeComposites (RFC 9497 section 2.2.1): the sum of the elements, each times a scalar that depends on the
 * whole statement. Of the blinded elements it is M, of the evaluated ones Z; ComputeCompositesFast is k · M.
 */
function composite(statement: Statement, elements: readonly Element[]): Element {
  const { blindedElements, evaluatedElements } = statement;
  if (blindedElements.length === 0 || blindedElements.length !== evaluatedElements.length) {
    throw new StrongroomError('malformed', { what: 'a proof needs as many evaluated as blinded elements' });
  }
  const seed = compositeSeed(statement.publicKey);
  const sum = elements
    .map((element, i) => multiply(weight(seed, i, blindedElements[i]!, evaluatedElements[i]!), element))
    .reduce(add);
  if (isZero(sum)) throw new StrongroomError('malformed', { what: 'the elements cancel out' });
  return sum;
}

function compositeSeed(publicKey: Element): Bytes {
  const seedTag = concat(utf8('Seed-'), createContextString(VOPRF));
  return sha512(encode(publicKey, seedTag));
}

function weight(seed: Uint8Array, i: number, C: Element, D: Element): Scalar {
  return toScalar(encode(seed), i2osp(i, 2), encode(C, D), utf8('Composite'));
}

function challenge(...elements: readonly Uint8Array[]): Scalar {
  return toScalar(encode(...elements), utf8('Challenge'));
}

function toScalar(...parts: readonly Uint8Array[]): Scalar {
  return hashToScalar(concat(...parts), concat(utf8('HashToScalar-'), createContextString(VOPRF)));
}
