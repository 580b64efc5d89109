import { utf8 } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keys, rangeOf } from './keys.ts';

const prefix = fc
  .string({ minLength: 1, maxLength: 20, unit: 'binary' })
  .filter((text) => text.isWellFormed());
const id = fc.uint8Array({ minLength: 32, maxLength: 32 });
const isIn = (key: Uint8Array, { first, end }: { first: Uint8Array; end: Uint8Array }): boolean =>
  Buffer.compare(key, first) >= 0 && Buffer.compare(key, end) < 0;

describe('keys', () => {
  it('of a prefix are those that begin with it, and no others', () => {
    fc.assert(
      fc.property(prefix, fc.uint8Array({ maxLength: 40 }), id, (text, any, some) => {
        const bytes = Buffer.from(utf8(text));
        const beginsWith = bytes.equals(any.subarray(0, bytes.length));
        expect(isIn(any, rangeOf(bytes))).toBe(beginsWith);
        expect(isIn(new Keys(text).of(some), rangeOf(bytes))).toBe(true);
      }),
    );
  });

  it('give the id back', () => {
    fc.assert(
      fc.property(prefix, id, (text, some) => {
        const keys = new Keys(text);
        expect(keys.idOf(keys.of(some))).toEqual(new Uint8Array(some));
      }),
    );
  });

  it('after an id are those of greater ids', () => {
    fc.assert(
      fc.property(prefix, id, id, (text, one, other) => {
        const keys = new Keys(text);
        expect(isIn(keys.of(other), keys.after(one))).toBe(Buffer.compare(other, one) > 0);
        expect(isIn(keys.of(other), keys.after(undefined))).toBe(true);
      }),
    );
  });

  it('have a prefix of 1 to 200 bytes', () => {
    for (const wrong of ['', 'x'.repeat(201), 'ü'.repeat(101)])
      expect(() => rangeOf(utf8(wrong))).toThrow(expect.objectContaining({ code: 'wrong-usage' }));
    expect(rangeOf(utf8('x'.repeat(200))).first).toHaveLength(200);
  });
});
