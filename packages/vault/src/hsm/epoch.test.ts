import { concat, randomBytes } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { encodeEpoch, epochOf, withEpoch } from './epoch.ts';

describe('the epoch in front of a stored value', () => {
  it('is 4 bytes, and is read back', () => {
    for (const epoch of [1, 255, 256, 65_536, 2 ** 31, 2 ** 32 - 1]) {
      const rest = randomBytes(20);
      const value = withEpoch(epoch, rest.subarray(0, 6), rest.subarray(6));
      expect(value).toEqual(concat(encodeEpoch(epoch), rest));
      expect(value.length).toBe(24);
      expect(epochOf(value)).toBe(epoch);
    }
  });

  it.for([0, -1, 1.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY])('is never %s', (epoch) => {
    expect(() => encodeEpoch(epoch)).toThrow(RangeError);
  });

  it('is missed where there is none', () => {
    for (const value of [new Uint8Array(), new Uint8Array(3), new Uint8Array(60)])
      expect(() => epochOf(value)).toThrow(
        expect.objectContaining({ details: expect.objectContaining({ problem: 'does-not-open' }) }),
      );
  });
});
