import { utf8 } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pad, stepUp, unpad } from './padding.ts';

describe('sizes', () => {
  test('go up in quarter octaves', () => {
    const steps = new Set(Array.from({ length: 1600 }, (_, i) => stepUp(i / 100, 1)));
    expect([...steps]).toEqual([1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 14, 16]);
  });

  test('are at least what is needed, and at most a quarter more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4096, max: 2 ** 40 }), (size) => {
        const step = stepUp(size, 4096);
        expect(step).toBeGreaterThanOrEqual(size);
        expect(step).toBeLessThanOrEqual(size * 1.25);
        expect(stepUp(step, 4096)).toBe(step);
      }),
    );
  });
});

describe('padding', () => {
  test('comes off again', () => {
    expect(unpad(pad(utf8('message'), 100), 'x')).toEqual(utf8('message'));
    expect(unpad(pad(utf8(''), 4), 'x')).toEqual(utf8(''));
  });

  test('that is not zero is damage', () => {
    const padded = pad(utf8('message'), 100);
    padded[99] = 1;
    expect(() => unpad(padded, 'x')).toThrow(expect.objectContaining({ code: 'archive-damaged' }));
  });

  test('that is cut short is damage', () => {
    expect(() => unpad(pad(utf8('message'), 11).slice(0, 10), 'x')).toThrow('is cut short');
    expect(() => unpad(new Uint8Array(3), 'x')).toThrow('is cut short');
  });
});
