import { concat, encode } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFields } from './fields.ts';

const someFields = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });

/** The bytes again, made of their fields; also where they are none, which must be a RangeError. */
function reencode(bytes: Uint8Array, count: number): Uint8Array {
  try {
    return encode(...decodeFields(bytes, count));
  } catch (error) {
    if (error instanceof RangeError) return bytes;
    throw error;
  }
}

describe('fields', () => {
  it('come back as they were encoded', () => {
    fc.assert(
      fc.property(someFields, (fields) => {
        expect(decodeFields(encode(...fields), fields.length)).toEqual(fields);
      }),
    );
  });

  it('are refused in another number, cut short or with something behind', () => {
    fc.assert(
      fc.property(someFields, fc.nat(), (fields, cut) => {
        const bytes = encode(...fields);
        expect(() => decodeFields(bytes, fields.length + 1)).toThrow(RangeError);
        expect(() => decodeFields(concat(bytes, Uint8Array.of(0)), fields.length)).toThrow(RangeError);
        if (bytes.length === 0) return;
        expect(() => decodeFields(bytes.subarray(0, cut % bytes.length), fields.length)).toThrow(RangeError);
      }),
    );
  });

  it('are decoded from any bytes or refused, and never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 6 }), (bytes, count) => {
        expect(reencode(bytes, count)).toEqual(bytes);
      }),
    );
  });
});
