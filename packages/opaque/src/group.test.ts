import { fromHex, i2osp, isStrongroomError, randomBytes, toHex } from '@strongroom/core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  add,
  decodeElement,
  decodeScalar,
  generator,
  isZero,
  multiply,
  multiplyBase,
  randomScalar,
  reduce,
  scalarAdd,
  scalarInverse,
  scalarMultiply,
  scalarOf,
  scalarSubtract,
} from './group.ts';
import { ready } from './sodium.ts';

beforeAll(ready);

const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const littleEndian = (value: bigint, length = 32) => i2osp(value, length).toReversed();
const malformed = (what: string) => expect.objectContaining({ code: 'malformed', details: { what } });

describe('decoding an element', () => {
  test('takes the generator and its multiples (RFC 9496 appendix A.1)', () => {
    const multiples = [
      'e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76',
      '6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919',
    ];
    for (const [i, hex] of multiples.entries()) {
      expect(toHex(decodeElement(fromHex(hex), 'it'))).toBe(hex);
      expect(toHex(multiplyBase(scalarOf(i + 1)))).toBe(hex);
    }
    expect(toHex(generator())).toBe(multiples[0]);
  });

  test.each([
    ['the identity', '00'.repeat(32)],
    ['a field element that is not reduced', `00${'ff'.repeat(31)}`],
    ['a field element that is not reduced', `f3${'ff'.repeat(30)}7f`],
    ['the field order', `ed${'ff'.repeat(30)}7f`],
    ['a negative field element', `01${'00'.repeat(31)}`],
    ['minus one', `ec${'ff'.repeat(30)}7f`],
    ['one with the top bit set', `01${'00'.repeat(30)}80`],
    ['the identity with the top bit set', `${'00'.repeat(31)}80`],
    [
      'the generator with the top bit set',
      'e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2df6',
    ],
  ])('refuses %s', (_, hex) => {
    expect(() => decodeElement(fromHex(hex), 'it')).toThrowError(malformed('it is not a group element'));
  });

  test('refuses every other length', () => {
    for (const length of [0, 1, 31, 33, 64]) {
      expect(() => decodeElement(new Uint8Array(length).fill(2), 'it')).toThrowError(
        malformed('it is not a group element'),
      );
    }
  });

  test('takes random bytes only when they encode to themselves', () => {
    const decoded = Array.from({ length: 500 }, () => randomBytes(32)).flatMap((bytes) => {
      const element = attempt(() => decodeElement(bytes, 'it'));
      return element ? [[toHex(bytes), toHex(add(element, new Uint8Array(32)))]] : [];
    });
    // About one in sixteen strings of 32 bytes is an element.
    expect(decoded.length).toBeGreaterThan(0);
    expect(decoded.length).toBeLessThan(250);
    for (const [given, encoded] of decoded) expect(encoded).toBe(given);
  });
});

describe('decoding a scalar', () => {
  test.each([1n, 2n, order - 1n])('takes %i', (value) => {
    expect(decodeScalar(littleEndian(value), 'it')).toEqual(littleEndian(value));
  });

  test.each([0n, order, order + 1n, 2n * order, 2n ** 255n, 2n ** 256n - 1n])('refuses %i', (value) => {
    expect(() => decodeScalar(littleEndian(value), 'it')).toThrowError(malformed('it is not a scalar'));
  });

  test('refuses every other length', () => {
    for (const length of [0, 31, 33, 64]) {
      const bytes = new Uint8Array(length);
      bytes[0] = 1;
      expect(() => decodeScalar(bytes, 'it')).toThrowError(malformed('it is not a scalar'));
    }
  });
});

describe('arithmetic', () => {
  const anyScalar = fc.bigInt({ min: 0n, max: order - 1n });
  const modulo = (value: bigint) => littleEndian(((value % order) + order) % order);

  test('of scalars is that of whole numbers modulo the group order', () => {
    fc.assert(
      fc.property(anyScalar, anyScalar, fc.bigInt({ min: 0n, max: 2n ** 512n - 1n }), (a, b, wide) => {
        const [x, y] = [littleEndian(a), littleEndian(b)];
        expect(scalarAdd(x, y)).toEqual(modulo(a + b));
        expect(scalarSubtract(x, y)).toEqual(modulo(a - b));
        expect(scalarMultiply(x, y)).toEqual(modulo(a * b));
        expect(reduce(littleEndian(wide, 64))).toEqual(modulo(wide));
      }),
    );
  });

  test('an inverse times its scalar is one, and zero has none', () => {
    const scalar = randomScalar(randomBytes);
    expect(scalarMultiply(scalar, scalarInverse(scalar))).toEqual(scalarOf(1));
    expect(() => scalarInverse(new Uint8Array(32))).toThrowError(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  test('never gives the identity where an element is needed', () => {
    const zero = new Uint8Array(32);
    for (const product of [
      () => multiply(zero, generator()),
      () => multiplyBase(zero),
      () => multiply(scalarOf(2), zero),
    ]) {
      expect(product).toThrowError(expect.objectContaining({ code: 'malformed' }));
    }
    const opposite = multiplyBase(littleEndian(order - 1n));
    expect(isZero(add(generator(), opposite))).toBe(true);
  });
});

test('a random scalar takes 64 bytes, and others when they give zero', () => {
  const draws = [new Uint8Array(64), littleEndian(order, 64), littleEndian(order + 7n, 64)];
  const lengths: number[] = [];
  const scalar = randomScalar((length) => {
    lengths.push(length);
    return draws.shift()!;
  });
  expect(scalar).toEqual(scalarOf(7));
  expect(lengths).toEqual([64, 64, 64]);
});

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (isStrongroomError(error, 'malformed')) return undefined;
    throw error;
  }
}
