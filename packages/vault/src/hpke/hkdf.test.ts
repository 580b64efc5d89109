import { hkdfSync } from 'node:crypto';
import { fromHex, toHex, utf8 } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand, extract } from './hkdf.ts';

describe('HKDF-SHA256', () => {
  it('is RFC 5869 appendix A.1', () => {
    const prk = extract(fromHex('000102030405060708090a0b0c'), new Uint8Array(22).fill(0x0b));
    expect(toHex(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
    expect(toHex(expand(prk, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  it('is what the platform derives in one step, of every length', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, bytes, bytes, fc.integer({ min: 1, max: 8160 }), (salt, ikm, info, length) => {
        const expected = new Uint8Array(hkdfSync('sha256', ikm, salt, info, length));
        expect(toHex(expand(extract(salt, ikm), info, length))).toBe(toHex(expected));
      }),
    );
  });

  it('gives no more than 255 blocks', () => {
    const prk = new Uint8Array(32);
    expect(expand(prk, utf8('x'), 8160)).toHaveLength(8160);
    expect(() => expand(prk, utf8('x'), 8161)).toThrow(RangeError);
  });
});
