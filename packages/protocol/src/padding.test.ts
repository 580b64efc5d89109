import { isStrongroomError, toHex } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pad, unpad } from './padding.ts';

const malformed = expect.objectContaining({ name: 'StrongroomError', code: 'malformed' });

function repad(padded: Uint8Array): string {
  try {
    return toHex(pad(unpad(padded), padded.length));
  } catch (error) {
    if (isStrongroomError(error, 'malformed')) return 'refused';
    throw error;
  }
}

describe('padding', () => {
  it('is the length in 2 bytes, the message, zeros', () => {
    expect(toHex(pad(Uint8Array.of(0xaa, 0xbb), 8))).toBe('0002aabb00000000');
    expect(toHex(pad(new Uint8Array(), 4))).toBe('00000000');
  });

  it('gives every message one size and is removed without a trace', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 62 }), (message) => {
        const padded = pad(message, 64);
        expect(padded).toHaveLength(64);
        expect(toHex(unpad(padded))).toBe(toHex(message));
      }),
    );
  });

  it.for([2, 3, 4096, 65_537])('of %i bytes has room for two bytes less', (size) => {
    const message = new Uint8Array(size - 2).fill(7);
    expect(toHex(unpad(pad(message, size)))).toBe(toHex(message));
    expect(() => pad(new Uint8Array(size - 1), size)).toThrow(malformed);
  });

  it('is refused when a byte after the message is not zero', () => {
    const padded = pad(Uint8Array.of(1, 2, 3), 32);
    for (let at = 5; at < 32; at++) {
      const altered = new Uint8Array(padded);
      altered[at] = 1;
      expect(() => unpad(altered)).toThrow(malformed);
    }
  });

  it('is refused when the length is more than there is, or is missing', () => {
    expect(() => unpad(Uint8Array.of(0, 3, 1, 2))).toThrow(malformed);
    expect(() => unpad(Uint8Array.of(0xff, 0xff, 1, 2))).toThrow(malformed);
    expect(() => unpad(Uint8Array.of(0))).toThrow(malformed);
    expect(() => unpad(new Uint8Array())).toThrow(malformed);
  });

  it('has one form for every message: what unpads is what would be padded', () => {
    const short = fc.uint8Array({ minLength: 2, maxLength: 6, max: 4 });
    fc.assert(
      fc.property(short, (padded) => {
        expect(['refused', toHex(padded)]).toContain(repad(padded));
      }),
      { numRuns: 1000 },
    );
  });

  it('shares no memory with what it was made from', () => {
    const padded = pad(Uint8Array.of(1, 2, 3), 16);
    const message = unpad(padded);
    padded.fill(9);
    expect(toHex(message)).toBe('010203');
  });
});
