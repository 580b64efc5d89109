import { concat, equalBytes, i2osp, StrongroomError, wipe, type Bytes, type Random } from '@strongroom/core';
import { sodium } from './sodium.ts';

/** A canonical ristretto255 element that is not the identity: 32 bytes (RFC 9496). */
export type Element = Bytes;

/** A scalar above zero and below the group order: 32 bytes, little-endian. */
export type Scalar = Bytes;

/** Length of an element in bytes (RFC 9497: Ne; RFC 9807: Npk). */
export const Ne = 32;

/** Length of a scalar in bytes (RFC 9497: Ns; RFC 9807: Nsk). */
export const Ns = 32;

const zero: Uint8Array = new Uint8Array(Ns);

/** DeserializeElement (RFC 9497 section 4.1). @throws `malformed` when not canonical, or the identity */
export function decodeElement(bytes: Uint8Array, what: string): Element {
  // libsodium takes the identity for a valid point.
  const valid =
    bytes.length === Ne && !equalBytes(bytes, zero) && sodium.crypto_core_ristretto255_is_valid_point(bytes);
  if (!valid) throw new StrongroomError('malformed', { what: `${what} is not a group element` });
  return bytes.slice();
}

/** DeserializeScalar (RFC 9497 section 4.1). @throws `malformed` when zero, or not below the group order */
export function decodeScalar(bytes: Uint8Array, what: string): Scalar {
  if (bytes.length !== Ns || !equalBytes(bytes, reduce(bytes)) || equalBytes(bytes, zero)) {
    throw new StrongroomError('malformed', { what: `${what} is not a scalar` });
  }
  return bytes.slice();
}

/** A little-endian number of at most 64 bytes modulo the group order; it may be zero. */
export function reduce(bytes: Uint8Array): Bytes {
  const padded = concat(bytes, new Uint8Array(64 - bytes.length));
  const reduced = sodium.crypto_core_ristretto255_scalar_reduce(padded) as Bytes;
  wipe(padded);
  return reduced;
}

/** Whether a sum or a product came out as zero (a scalar) or as the identity (an element). */
export function isZero(bytes: Uint8Array): boolean {
  return equalBytes(bytes, zero);
}

/** RandomScalar (RFC 9497 section 4.7.2): 64 random bytes modulo the group order, never zero. */
export function randomScalar(random: Random): Scalar {
  for (;;) {
    const bytes = random(64);
    const scalar = reduce(bytes);
    wipe(bytes);
    if (!isZero(scalar)) return scalar;
  }
}

/** The scalar of a small whole number. */
export function scalarOf(number: number): Scalar {
  return reduce(i2osp(number, 6).toReversed());
}

/** a + b modulo the group order. */
export function scalarAdd(a: Uint8Array, b: Uint8Array): Bytes {
  return sodium.crypto_core_ristretto255_scalar_add(a, b) as Bytes;
}

/** a - b modulo the group order. */
export function scalarSubtract(a: Uint8Array, b: Uint8Array): Bytes {
  return sodium.crypto_core_ristretto255_scalar_sub(a, b) as Bytes;
}

/** a · b modulo the group order. */
export function scalarMultiply(a: Uint8Array, b: Uint8Array): Bytes {
  return sodium.crypto_core_ristretto255_scalar_mul(a, b) as Bytes;
}

/** 1 / a modulo the group order. @throws `malformed` for zero */
export function scalarInverse(a: Scalar): Scalar {
  return refuseZero(() => sodium.crypto_core_ristretto255_scalar_invert(a));
}

/** scalar · element. @throws `malformed` when either is unusable, or the product the identity */
export function multiply(scalar: Scalar, element: Uint8Array): Element {
  return refuseZero(() => sodium.crypto_scalarmult_ristretto255(scalar, element));
}

/** scalar · generator. @throws `malformed` when the scalar is zero */
export function multiplyBase(scalar: Scalar): Element {
  return refuseZero(() => sodium.crypto_scalarmult_ristretto255_base(scalar));
}

/** The group's generator. */
export function generator(): Element {
  return multiplyBase(scalarOf(1));
}

/** p + q; the sum may be the identity. */
export function add(p: Uint8Array, q: Uint8Array): Bytes {
  return sodium.crypto_core_ristretto255_add(p, q) as Bytes;
}

function refuseZero(product: () => Uint8Array): Bytes {
  try {
    return product() as Bytes;
  } catch (cause) {
    throw new StrongroomError('malformed', { what: 'a group element or scalar is unusable' }, { cause });
  }
}
