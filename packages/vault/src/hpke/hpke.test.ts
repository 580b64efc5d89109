import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { XWing } from '@hpke/hybridkem-x-wing';
import { randomBytes, toHex, utf8 } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBase } from './hpke.ts';
import { generateKeyPair } from './xwing.ts';

const malformed = expect.objectContaining({ name: 'StrongroomError', code: 'malformed' });
const { privateKey } = generateKeyPair();
const other = generateKeyPair().privateKey;

async function sealByLibrary(info: Uint8Array, aad: Uint8Array, plaintext: Uint8Array) {
  const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const recipientPublicKey = await suite.kem.importKey('raw', privateKey.publicKey.buffer, true);
  const sender = await suite.createSenderContext({ recipientPublicKey, info });
  return {
    sender,
    enc: new Uint8Array(sender.enc),
    ciphertext: new Uint8Array(await sender.seal(plaintext, aad)),
  };
}

describe('OpenBase', () => {
  it('opens what the library seals, and exports the same secrets', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const length = fc.integer({ min: 1, max: 200 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, bytes, bytes, length, async (info, aad, plaintext, context, length) => {
        const { sender, enc, ciphertext } = await sealByLibrary(info, aad, plaintext);
        const opened = openBase(privateKey, enc, info, aad, ciphertext);
        expect(toHex(opened.plaintext)).toBe(toHex(plaintext));
        const exported = new Uint8Array(await sender.export(new Uint8Array(context), length));
        expect(toHex(opened.exportSecret(context, length))).toBe(toHex(exported));
      }),
      { numRuns: 200 },
    );
  });

  it('opens no second message: one context, one message', async () => {
    const { sender, enc } = await sealByLibrary(utf8('info'), utf8('aad'), utf8('first'));
    const second = new Uint8Array(await sender.seal(utf8('second'), utf8('aad')));
    expect(() => openBase(privateKey, enc, utf8('info'), utf8('aad'), second)).toThrow(malformed);
  });

  it('refuses other information, other additional data and another key, all in the same words', async () => {
    const { enc, ciphertext } = await sealByLibrary(utf8('info'), utf8('aad'), utf8('message'));
    const attempts = [
      () => openBase(privateKey, enc, utf8('inf0'), utf8('aad'), ciphertext),
      () => openBase(privateKey, enc, utf8('info'), utf8('aaD'), ciphertext),
      () => openBase(privateKey, enc, utf8('infoaad'), utf8(''), ciphertext),
      () => openBase(other, enc, utf8('info'), utf8('aad'), ciphertext),
    ];
    const what = 'a sealed message that does not open';
    for (const attempt of attempts) {
      expect(attempt).toThrow(expect.objectContaining({ code: 'malformed', details: { what } }));
    }
    expect(toHex(openBase(privateKey, enc, utf8('info'), utf8('aad'), ciphertext).plaintext)).toBe(
      toHex(utf8('message')),
    );
  });

  it('refuses noise', () => {
    expect(() => openBase(privateKey, randomBytes(1120), utf8(''), utf8(''), randomBytes(64))).toThrow(
      malformed,
    );
    expect(() => openBase(privateKey, randomBytes(1120), utf8(''), utf8(''), randomBytes(15))).toThrow(
      malformed,
    );
    expect(() => openBase(privateKey, randomBytes(1119), utf8(''), utf8(''), randomBytes(64))).toThrow(
      malformed,
    );
  });
});
