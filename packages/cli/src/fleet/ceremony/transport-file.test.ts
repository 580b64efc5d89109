import { randomBytes } from '@strongroom/core';
import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTransportFile, encodeTransportFile } from './transport-file.ts';

const file = { site: 'data center a', transportKey: randomBytes(600) };

describe('a transport key as a file', () => {
  it('is read as it was written, also with the line ends of another system', () => {
    const text = encodeTransportFile(file);
    expect(decodeTransportFile(text, 'b.key')).toEqual(file);
    expect(decodeTransportFile(text.replaceAll('\n', '\r\n'), 'b.key')).toEqual(file);
  });

  it('is refused by its name when it is something else', () => {
    const refusal = expect.objectContaining({
      code: 'wrong-usage',
      message: expect.stringContaining('b.key'),
    });
    assert(
      property(string({ unit: 'binary', maxLength: 5000 }), (text) => {
        expect(() => decodeTransportFile(text, 'b.key')).toThrow(refusal);
      }),
    );
    for (const text of ['', `${encodeTransportFile(file)}!`, 'x'.repeat(5000)])
      expect(() => decodeTransportFile(text, 'b.key')).toThrow(refusal);
  });
});
