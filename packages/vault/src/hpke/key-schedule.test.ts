import { fromHex, toHex } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { aesGcmOpen } from './aes-gcm.ts';
import { keySchedule, labeledExpand, suiteId } from './key-schedule.ts';
import { hpkeVectors } from './vectors/hpke.ts';

describe.for(hpkeVectors)('KeySchedule over $name', (vector) => {
  const suite = suiteId(vector.kemId, vector.kdfId, vector.aeadId);
  const context = keySchedule(suite, fromHex(vector.sharedSecret), fromHex(vector.info));

  it('gives key, nonce and exporter secret', () => {
    expect(toHex(context.key)).toBe(vector.key);
    expect(toHex(context.baseNonce)).toBe(vector.baseNonce);
    expect(toHex(context.exporterSecret)).toBe(vector.exporterSecret);
  });

  it('opens the first message', () => {
    const { aad, ciphertext, plaintext } = vector.first;
    const opened = aesGcmOpen(context.key, context.baseNonce, fromHex(aad), fromHex(ciphertext));
    expect(toHex(opened)).toBe(plaintext);
  });

  it.for(vector.exports)(
    'exports for the context "$context"',
    ({ context: exporterContext, length, value }) => {
      const exported = labeledExpand(suite, context.exporterSecret, 'sec', fromHex(exporterContext), length);
      expect(toHex(exported)).toBe(value);
    },
  );
});

describe('the vectors', () => {
  it('are all there', () => {
    expect(hpkeVectors.map(({ exports }) => exports.length)).toEqual([3, 3]);
  });
});
