import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countZeros, xorInto } from './xor.ts';

const bytes = fc.uint8Array({ maxLength: 40 }).map((some) => new Uint8Array(some));

test('XOR is what it is byte by byte, wherever the bytes lie in their buffers', () => {
  fc.assert(
    fc.property(bytes, bytes, fc.nat(4), fc.nat(4), (one, other, skip, skipOther) => {
      const [a, b] = [one.subarray(skip), other.subarray(skipOther)];
      const expected = a.map((byte, i) => byte ^ (b[i] ?? 0));
      const untouched = one.slice(0, skip);
      xorInto(a, b);
      expect([...a]).toEqual([...expected]);
      expect(one.slice(0, skip)).toEqual(untouched);
    }),
  );
});

test('zeros are counted', () => {
  fc.assert(
    fc.property(bytes, (some) => {
      expect(countZeros(some)).toBe([...some].filter((byte) => byte === 0).length);
    }),
  );
});
