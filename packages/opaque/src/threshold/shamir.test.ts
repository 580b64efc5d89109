import { randomBytes } from '@strongroom/core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { generator, multiply, multiplyBase, randomScalar, scalarOf } from '../group.ts';
import { ready } from '../sodium.ts';
import { deal, interpolateAtZero, isKeyShareOf, lieOnOnePolynomial } from './shamir.ts';

beforeAll(ready);

const anyDeal = fc
  .integer({ min: 1, max: 8 })
  .chain((n) => fc.tuple(fc.integer({ min: Math.floor(n / 2) + 1, max: n }), fc.constant(n)));

/** t to n, 0 to n of the indexes 1 to n, in any order. */
const anyOf = (n: number, least: number, most: number) =>
  fc.shuffledSubarray(
    Array.from({ length: n }, (_, i) => i + 1),
    { minLength: least, maxLength: most },
  );

const dealAndPick = (range: (t: number, n: number) => readonly [number, number]) =>
  anyDeal.chain(([t, n]) => fc.tuple(fc.constant(t), fc.constant(n), anyOf(n, ...range(t, n))));

describe('a deal', () => {
  test('any t or more of the shares give what the key gives', () => {
    fc.assert(
      fc.property(
        dealAndPick((t, n) => [t, n]),
        ([t, n, picked]) => {
          const { key, keyShares } = deal(t, n, randomBytes);
          const base = multiplyBase(randomScalar(randomBytes));
          const points = picked.map((index) => ({ index, element: multiply(keyShares[index - 1]!, base) }));
          expect(interpolateAtZero(points)).toEqual(multiply(key, base));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('fewer than t of them give something else', () => {
    fc.assert(
      fc.property(
        dealAndPick((t) => [1, Math.max(1, t - 1)]),
        ([t, n, picked]) => {
          fc.pre(t > 1);
          const { key, publicShares } = deal(t, n, randomBytes);
          const points = picked.map((index) => ({ index, element: publicShares[index - 1]! }));
          expect(interpolateAtZero(points)).not.toEqual(multiplyBase(key));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('each share belongs to its public share and to no other', () => {
    const { keyShares, publicShares } = deal(2, 3, randomBytes);
    const belongs = keyShares.map((share) => publicShares.map((shown) => isKeyShareOf(share, shown)));
    expect(belongs).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
    expect(isKeyShareOf(new Uint8Array(32), new Uint8Array(32))).toBe(false);
    expect(isKeyShareOf(new Uint8Array(0), publicShares[0]!)).toBe(false);
  });

  test('public shares lie on one polynomial, and none of them may be another', () => {
    fc.assert(
      fc.property(anyDeal, fc.nat(), ([t, n], which) => {
        const { publicShares } = deal(t, n, randomBytes);
        expect(lieOnOnePolynomial(publicShares, t)).toBe(true);
        const other = multiplyBase(randomScalar(randomBytes));
        const changed = publicShares.with(which % n, other);
        // t points always lie on a polynomial of degree t - 1.
        expect(lieOnOnePolynomial(changed, t)).toBe(t === n);
      }),
      { numRuns: 60 },
    );
  });

  test('a polynomial of a higher degree than it should have is found out', () => {
    expect(lieOnOnePolynomial(deal(4, 5, randomBytes).publicShares, 3)).toBe(false);
  });

  test.each([
    [0, 1],
    [1, 2],
    [2, 4],
    [3, 2],
    [5, 9],
    [1.5, 2],
    [Number.NaN, 1],
    [1, 0],
  ])('is refused for a threshold of %d among %d', (t, n) => {
    expect(() => deal(t, n, randomBytes)).toThrowError(expect.objectContaining({ code: 'malformed' }));
  });
});

test('shares that cancel out give no element', () => {
  // Lagrange at zero of indexes 1 and 2 is 2 · P_1 - P_2.
  const points = [
    { index: 1, element: generator() },
    { index: 2, element: multiplyBase(scalarOf(2)) },
  ];
  expect(() => interpolateAtZero(points)).toThrowError(expect.objectContaining({ code: 'malformed' }));
});
