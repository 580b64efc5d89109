import {
  equalBytes,
  isStrongroomError,
  StrongroomError,
  wipe,
  type Bytes,
  type Random,
} from '@strongroom/core';
import {
  add,
  decodeScalar,
  isZero,
  multiply,
  multiplyBase,
  randomScalar,
  scalarAdd,
  scalarInverse,
  scalarMultiply,
  scalarOf,
  scalarSubtract,
  type Element,
  type Scalar,
} from '../group.ts';
import { checkThreshold } from './directory.ts';

/** A key cut into shares: any `threshold` of them give it back, fewer tell nothing about it. */
export interface Deal {
  /** k = f(0), 32 bytes. */
  readonly key: Scalar;
  /** k_i = f(i) for i = 1 to n, 32 bytes each. */
  readonly keyShares: readonly Scalar[];
  /** P_i = k_i · G for i = 1 to n, 32 bytes each. */
  readonly publicShares: readonly Element[];
}

/** An element that belongs to one index, such as a public share or a partial evaluation. */
export interface IndexedElement {
  /** 1 or more. */
  readonly index: number;
  readonly element: Element;
}

/**
 * Deals a fresh random key to n holders by a random polynomial f of degree threshold - 1 over the scalars
 * (Shamir 1979). @throws `malformed` for counts that make no sense
 */
export function deal(threshold: number, n: number, random: Random): Deal {
  checkThreshold(threshold, n);
  const coefficients = Array.from({ length: threshold }, () => randomScalar(random));
  const keyShares = indexes(n).map((index) => evaluatePolynomial(coefficients, index));
  const publicShares = keyShares.map(multiplyBase);
  const [key, ...others] = coefficients as [Scalar, ...Scalar[]];
  wipe(...others);
  return { key, keyShares, publicShares };
}

/**
 * The element at index 0, where the key lies, of elements at distinct indexes (Lagrange, in the exponent).
 * @throws `malformed` when it is the identity
 */
export function interpolateAtZero(points: readonly IndexedElement[]): Element {
  const element = interpolate(points, 0);
  if (isZero(element)) throw new StrongroomError('malformed', { what: 'the shares cancel out' });
  return element;
}

/** Whether the public shares of indexes 1 to n all lie on one polynomial of degree threshold - 1. */
export function lieOnOnePolynomial(publicShares: readonly Element[], threshold: number): boolean {
  const points = publicShares.map((element, i) => ({ index: i + 1, element }));
  const base = points.slice(0, threshold);
  return points.slice(threshold).every(({ index, element }) => equalBytes(interpolate(base, index), element));
}

/** Whether a public share is the one of a key share. */
export function isKeyShareOf(keyShare: Uint8Array, publicShare: Uint8Array): boolean {
  try {
    return equalBytes(multiplyBase(decodeScalar(keyShare, 'the key share')), publicShare);
  } catch (error) {
    if (isStrongroomError(error, 'malformed')) return false;
    throw error;
  }
}

/** 1 to n. */
export function indexes(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

function evaluatePolynomial(coefficients: readonly Scalar[], index: number): Scalar {
  const x = scalarOf(index);
  return coefficients.reduceRight<Bytes>((sum, coefficient) => {
    const product = scalarMultiply(sum, x);
    const next = scalarAdd(product, coefficient);
    wipe(sum, product);
    return next;
  }, new Uint8Array(32));
}

/** The element at `index` of the polynomial through the points; `index` is none of theirs. */
function interpolate(points: readonly IndexedElement[], index: number): Bytes {
  return points
    .map((point) => multiply(lagrangeCoefficient(points, point.index, index), point.element))
    .reduce(add);
}

/** The product over every other index m of (index - m) / (own - m). */
function lagrangeCoefficient(points: readonly IndexedElement[], own: number, index: number): Scalar {
  const x = scalarOf(index);
  let numerator = scalarOf(1);
  let denominator = scalarOf(1);
  for (const other of points.filter((point) => point.index !== own)) {
    const m = scalarOf(other.index);
    numerator = scalarMultiply(numerator, scalarSubtract(x, m));
    denominator = scalarMultiply(denominator, scalarSubtract(scalarOf(own), m));
  }
  return scalarMultiply(numerator, scalarInverse(denominator));
}
