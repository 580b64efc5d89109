import { expect, test } from 'vitest';
import { halfSipHash } from './half-sip-hash.ts';

// The reference implementation's vectors_hsip32: key 00 01 … 07, messages of 0, 1, 2, … bytes 00 01 02 …
const vectors = [
  0x5b9f35a9, 0xb85a4727, 0x03a662fa, 0x04e7fe8a, 0x89466e2a, 0x69b6fac5, 0x23fc6358, 0xc563cf8b,
];

test.each(vectors.map((expected, length) => ({ length, expected })))(
  'hashes $length bytes as the reference does',
  ({ length, expected }) => {
    expect(halfSipHash(count(8), count(length))).toBe(expected);
  },
);

test('depends on the key', () => {
  expect(halfSipHash(new Uint8Array(8), count(5))).not.toBe(halfSipHash(count(8), count(5)));
});

function count(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i);
}
