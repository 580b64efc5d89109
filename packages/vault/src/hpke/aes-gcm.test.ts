import { randomBytes, StrongroomError, utf8 } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aesGcmOpen, aesGcmSeal } from './aes-gcm.ts';

const key = randomBytes(32);
const nonce = randomBytes(12);

describe('AES-256-GCM', () => {
  it('opens what it sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (aad, plaintext) => {
        const ciphertext = aesGcmSeal(key, nonce, aad, plaintext);
        expect(ciphertext).toHaveLength(plaintext.length + 16);
        expect(aesGcmOpen(key, nonce, aad, ciphertext)).toEqual(new Uint8Array(plaintext));
      }),
    );
  });

  it('is what WebCrypto seals', async () => {
    const webKey = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
    const parameters = { name: 'AES-GCM', iv: nonce, additionalData: utf8('about it') };
    const expected = await crypto.subtle.encrypt(parameters, webKey, utf8('the message'));
    expect(aesGcmSeal(key, nonce, utf8('about it'), utf8('the message'))).toEqual(new Uint8Array(expected));
  });

  it('refuses what is shorter than a tag, truncated, or about something else', () => {
    const ciphertext = aesGcmSeal(key, nonce, utf8('about it'), utf8('the message'));
    for (let length = 0; length < ciphertext.length; length++) {
      expect(() => aesGcmOpen(key, nonce, utf8('about it'), ciphertext.subarray(0, length))).toThrow(
        StrongroomError,
      );
    }
    expect(() => aesGcmOpen(key, nonce, utf8('about that'), ciphertext)).toThrow(StrongroomError);
  });
});
