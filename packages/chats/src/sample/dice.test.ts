import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { diceOf } from './dice.ts';

const throws = (count: number, ...seed: readonly number[]): readonly number[] => {
  const dice = diceOf(...seed);
  return Array.from({ length: count }, () => dice.next());
};

describe('dice', () => {
  test('fall the same way for the same seed, and differently for any other', () => {
    expect(throws(50, 1)).toEqual(throws(50, 1));
    const others = [throws(50, 2), throws(50, 1, 1), throws(50, 1, 2), throws(50, 2, 1), throws(50, 0)];
    const first = [throws(50, 1), ...others].map((list) => list[0]);
    expect(new Set(first).size).toBe(6);
  });

  test('cover a range, both ends included, about evenly', () => {
    const dice = diceOf(7);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 6000; i++) counts[dice.between(1, 6) - 1]!++;
    expect(Math.min(...counts)).toBeGreaterThan(880);
    expect(Math.max(...counts)).toBeLessThan(1120);
  });

  test.each([0, 1, 3, 4, 1001])('make %i bytes', (length) => {
    expect(diceOf(3).bytes(length)).toHaveLength(length);
  });

  test('make bytes that do not compress, to the last one', () => {
    const bytes = diceOf(3).bytes(100_003);
    expect(gzipSync(bytes).length).toBeGreaterThan(100_003);
    expect(bytes.subarray(-3)).not.toEqual(new Uint8Array(3));
  });
});
