import { utf8 } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { checkHeader, encodeHeader } from './header.ts';

describe('the header', () => {
  test('is magic, version and two zero bytes', () => {
    expect(encodeHeader('SRPK')).toEqual(new Uint8Array([0x53, 0x52, 0x50, 0x4b, 0, 1, 0, 0]));
    expect(() => checkHeader('x', encodeHeader('SRPK'), 'SRPK')).not.toThrow();
  });

  test.each([2, 3, 256, 65_535])('of version %i asks for an update', (version) => {
    const header = encodeHeader('SRSN');
    header.set([version >> 8, version & 0xff], 4);
    header.set([9, 9], 6);
    const expected = { code: 'newer-version', details: { object: 'x', version }, action: { do: 'upgrade' } };
    expect(() => checkHeader('x', header, 'SRSN')).toThrow(expect.objectContaining(expected));
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['seven bytes', encodeHeader('SRPK').slice(0, 7)],
    ['another magic', encodeHeader('SRSN')],
    ['no text', new Uint8Array(8).fill(255)],
    ['another beginning', utf8('PK345678')],
    ['a reserved byte', Uint8Array.of(0x53, 0x52, 0x50, 0x4b, 0, 1, 0, 1)],
    ['of the preview version', Uint8Array.of(0x53, 0x52, 0x50, 0x4b, 0, 0, 0, 0)],
  ])('that is %s is damage', (_, bytes) => {
    expect(() => checkHeader('x', bytes, 'SRPK')).toThrow(
      expect.objectContaining({ code: 'archive-damaged' }),
    );
  });
});
