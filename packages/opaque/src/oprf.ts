import {
  concat,
  encode,
  i2osp,
  StrongroomError,
  utf8,
  wipe,
  type Bytes,
  type Random,
} from '@strongroom/core';
import {
  isZero,
  multiply,
  multiplyBase,
  randomScalar,
  scalarInverse,
  type Element,
  type Scalar,
} from './group.ts';
import { hashToGroup, hashToScalar } from './hash-to-group.ts';
import { sha512 } from './hash.ts';

/** Modes of RFC 9497 section 3.1, with ristretto255-SHA512. VOPRF adds a proof that the right key was used. */
export const OPRF = 0x00;
export const VOPRF = 0x01;
export type Mode = typeof OPRF | typeof VOPRF;

/** A private key and its public key, 32 bytes each. */
export interface KeyPair {
  readonly privateKey: Scalar;
  readonly publicKey: Element;
}

/** CreateContextString (RFC 9497 section 3.1). */
export function createContextString(mode: Mode): Bytes {
  return concat(utf8('OPRFV1-'), i2osp(mode, 1), utf8('-ristretto255-SHA512'));
}

/** DeriveKeyPair (RFC 9497 section 3.2.1): the same seed (32 bytes) and info always give the same key pair. */
export function deriveKeyPair(mode: Mode, seed: Uint8Array, info: Uint8Array): KeyPair {
  const input = concat(seed, encode(info));
  const tag = concat(utf8('DeriveKeyPair'), createContextString(mode));
  for (let counter = 0; counter < 256; counter++) {
    const privateKey = hashToScalar(concat(input, i2osp(counter, 1)), tag);
    if (isZero(privateKey)) continue;
    wipe(input);
    return { privateKey, publicKey: multiplyBase(privateKey) };
  }
  throw new StrongroomError('bug', { where: 'DeriveKeyPair' });
}

/** Blind (RFC 9497 section 3.3.1) of an input of at most 65535 bytes. */
export function blind(
  mode: Mode,
  input: Uint8Array,
  random: Random,
): { readonly blind: Scalar; readonly blindedElement: Element } {
  const blind = randomScalar(random);
  return { blind, blindedElement: multiply(blind, inputElement(mode, input)) };
}

/** BlindEvaluate (RFC 9497 section 3.3.1), without the proof, which is `generateProof`. */
export function blindEvaluate(privateKey: Scalar, blindedElement: Element): Element {
  return multiply(privateKey, blindedElement);
}

/** Finalize (RFC 9497 section 3.3.1): 64 bytes. In mode VOPRF, check the proof first with `verifyProof`. */
export function finalize(input: Uint8Array, blind: Scalar, evaluatedElement: Element): Bytes {
  const inverse = scalarInverse(blind);
  const unblinded = multiply(inverse, evaluatedElement);
  const output = hashOutput(input, unblinded);
  wipe(inverse, unblinded);
  return output;
}

/** Evaluate (RFC 9497 section 3.3.1): what Finalize gives, for who holds both the key and the input. */
export function evaluate(mode: Mode, privateKey: Scalar, input: Uint8Array): Bytes {
  const evaluated = multiply(privateKey, inputElement(mode, input));
  const output = hashOutput(input, evaluated);
  wipe(evaluated);
  return output;
}

function inputElement(mode: Mode, input: Uint8Array): Element {
  return hashToGroup(input, concat(utf8('HashToGroup-'), createContextString(mode)));
}

function hashOutput(input: Uint8Array, element: Element): Bytes {
  return sha512(encode(input, element), utf8('Finalize'));
}
