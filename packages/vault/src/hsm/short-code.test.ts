import { createHash } from 'node:crypto';
import { encode, randomBytes, utf8 } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortCode } from './short-code.ts';

describe('the code that two operators compare', () => {
  it('has 6 groups of 5 digits, whatever the key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (key) => {
        expect(shortCode(key)).toMatch(/^\d{5}( \d{5}){5}$/);
      }),
    );
  });

  it('is of SHA-256 under its label, reduced to 30 digits', () => {
    const key = utf8('a public key');
    const label = encode('strongroom short code v1');
    const digest = createHash('sha256')
      .update(Buffer.concat([label, key]))
      .digest('hex');
    const digits = (BigInt(`0x${digest.slice(0, 32)}`) % 10n ** 30n).toString().padStart(30, '0');
    expect(shortCode(key).replaceAll(' ', '')).toBe(digits);
  });

  it('stays what it is', () => {
    expect(shortCode(utf8('a public key'))).toBe('56897 29596 54151 24985 88796 65115');
  });

  it('changes all over with any bit of the key', () => {
    const key = randomBytes(500);
    const codes = Array.from({ length: 200 }, (_, bit) => {
      const other = key.slice();
      other[bit]! ^= 1 << (bit % 8);
      return shortCode(other);
    });
    for (const group of [0, 1, 2, 3, 4, 5]) {
      const groups = [...codes, shortCode(key)].map((code) => code.split(' ')[group]);
      // 201 groups of 100,000: that more than 10 coincide happens to nobody.
      expect(new Set(groups).size).toBeGreaterThan(190);
    }
  });

  it('has every digit at every place', () => {
    const codes = Array.from({ length: 500 }, () => shortCode(randomBytes(32)).replaceAll(' ', ''));
    for (let place = 0; place < 30; place++) expect(new Set(codes.map((code) => code[place])).size).toBe(10);
  });
});
