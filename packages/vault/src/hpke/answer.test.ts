import { createDecipheriv, hkdfSync } from 'node:crypto';
import { concat, randomBytes, toHex, utf8 } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { sealAnswer } from './answer.ts';

const enc = randomBytes(1120);
const secret = randomBytes(32);
const responseNonce = randomBytes(32);

describe('an answer (RFC 9458 section 4.4)', () => {
  it('is the response nonce, then the reply under a key and nonce that follow from it', () => {
    const answer = sealAnswer(enc, secret, utf8('the reply'), () => responseNonce);
    expect(toHex(answer.subarray(0, 32))).toBe(toHex(responseNonce));

    const salt = concat(enc, responseNonce);
    const key = new Uint8Array(hkdfSync('sha256', secret, salt, 'key', 32));
    const nonce = new Uint8Array(hkdfSync('sha256', secret, salt, 'nonce', 12));
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAuthTag(answer.subarray(-16));
    const reply = concat(decipher.update(answer.subarray(32, -16)), decipher.final());
    expect(toHex(reply)).toBe(toHex(utf8('the reply')));
  });

  it('draws 32 bytes once, so that two answers to one request have nothing in common', () => {
    const drawn: number[] = [];
    const random = (length: number) => {
      drawn.push(length);
      return randomBytes(length);
    };
    const [first, second] = [1, 2].map(() => toHex(sealAnswer(enc, secret, new Uint8Array(64), random)));
    expect(drawn).toEqual([32, 32]);
    expect(first!.slice(64)).not.toBe(second!.slice(64));
  });
});
