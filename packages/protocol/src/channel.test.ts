import { fromBinary } from '@bufbuild/protobuf';
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { XWing } from '@hpke/hybridkem-x-wing';
import { concat, randomBytes, toHex, utf8, type Bytes } from '@strongroom/core';
import { SealedRequestSchema } from '@strongroom/wire/vault';
import { beforeAll, describe, expect, it } from 'vitest';
import { channelAad, channelInfo, sealRequest, type ChannelRequest } from './channel.ts';
import { pad, unpad } from './padding.ts';

const malformed = expect.objectContaining({ name: 'StrongroomError', code: 'malformed' });
const address = { vaultId: new Uint8Array(16).fill(0xab), tenant: 'acme', accountId: randomBytes(16) };
const none = new Uint8Array();
let keyPair: CryptoKeyPair;
let hpkePublicKey: Bytes;

beforeAll(async () => {
  const kem = new XWing();
  keyPair = await kem.generateKeyPair();
  hpkePublicKey = new Uint8Array(await kem.serializePublicKey(keyPair.publicKey));
});

const seal = (changes: Partial<ChannelRequest> = {}) =>
  sealRequest({ hpkePublicKey, keyId: none, ...address, plaintext: utf8('hello'), ...changes });

/** A vault as another implementation of HPKE would write it. */
async function receive(sealedRequest: Uint8Array) {
  const { keyId, enc, ciphertext } = fromBinary(SealedRequestSchema, sealedRequest);
  const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const info = channelInfo(address.vaultId);
  const recipient = await suite.createRecipientContext({ recipientKey: keyPair.privateKey, enc, info });
  const aad = channelAad(address.tenant, address.accountId);
  const padded = new Uint8Array(await recipient.open(ciphertext, aad));
  const secret = new Uint8Array(await recipient.export(utf8('strongroom answer v1'), 32));
  return { keyId, enc, padded, secret };
}

/** RFC 9458 section 4.4, step by step: Extract and Expand are HMACs. */
async function answer({ enc, secret }: { enc: Uint8Array; secret: Bytes }, padded: Bytes): Promise<Bytes> {
  const responseNonce = randomBytes(32);
  const prk = await hmac(concat(enc, responseNonce), secret);
  const keyBytes = await hmac(prk, concat(utf8('key'), Uint8Array.of(1)));
  const nonce = (await hmac(prk, concat(utf8('nonce'), Uint8Array.of(1)))).subarray(0, 12);
  const key = await crypto.subtle.importKey('raw', keyBytes, 'AES-GCM', false, ['encrypt']);
  const ciphertext = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, padded);
  return concat(responseNonce, new Uint8Array(ciphertext));
}

async function hmac(key: Bytes, message: Bytes): Promise<Bytes> {
  const parameters = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, parameters, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, message));
}

describe('the context of the channel', () => {
  it('names purpose and vault, tenant and account, each with its length', () => {
    expect(toHex(channelInfo(Uint8Array.of(1, 2)))).toBe(`0013${toHex(utf8('strongroom vault v1'))}00020102`);
    expect(toHex(channelAad('acme', Uint8Array.of(3)))).toBe(`0004${toHex(utf8('acme'))}000103`);
  });
});

describe('sealRequest', () => {
  it('makes an HPKE message that another implementation opens', async () => {
    const { sealedRequest } = await seal();
    const { keyId, enc, padded } = await receive(sealedRequest);
    expect(keyId).toHaveLength(0);
    expect(enc).toHaveLength(1120);
    expect(padded).toHaveLength(4096);
    expect(toHex(unpad(padded))).toBe(toHex(utf8('hello')));
  });

  it('carries the key id', async () => {
    const keyId = randomBytes(16);
    const { sealedRequest } = await seal({ keyId });
    expect(toHex((await receive(sealedRequest)).keyId)).toBe(toHex(keyId));
  });

  it('gives all requests one size, whatever they say', async () => {
    const [short, long] = await Promise.all([
      seal({ plaintext: none }),
      seal({ plaintext: randomBytes(4094) }),
    ]);
    expect(short.sealedRequest).toHaveLength(5238);
    expect(long.sealedRequest).toHaveLength(5238);
  });

  it('never seals alike twice', async () => {
    const [first, second] = await Promise.all([seal(), seal()]);
    expect(toHex(first.sealedRequest)).not.toBe(toHex(second.sealedRequest));
  });

  it('takes a public key that is part of a longer message', async () => {
    const message = concat(randomBytes(5), hpkePublicKey, randomBytes(7));
    const { sealedRequest } = await seal({ hpkePublicKey: message.subarray(5, 5 + 1216) });
    expect(toHex(unpad((await receive(sealedRequest)).padded))).toBe(toHex(utf8('hello')));
  });

  it('leaves the plaintext as it was', async () => {
    const plaintext = utf8('hello');
    await seal({ plaintext });
    expect(plaintext).toEqual(utf8('hello'));
  });

  it('keeps many requests at once apart', async () => {
    const texts = Array.from({ length: 8 }, (_, i) => `request ${i}`);
    const calls = await Promise.all(texts.map((text) => seal({ plaintext: utf8(text) })));
    for (const [i, { sealedRequest, openAnswer }] of calls.entries()) {
      const received = await receive(sealedRequest);
      expect(toHex(unpad(received.padded))).toBe(toHex(utf8(texts[i]!)));
      const reply = utf8(`reply ${i}`);
      expect(toHex(await openAnswer(await answer(received, pad(reply, 4096))))).toBe(toHex(reply));
    }
  });

  it('refuses a plaintext whose size would show', async () => {
    await expect(seal({ plaintext: randomBytes(4095) })).rejects.toThrow(malformed);
  });

  it.for([0, 1215, 1217])('refuses a public key of %i bytes and names the vault', async (length) => {
    const what = `the sealing key of vault ${'ab'.repeat(16)}`;
    await expect(seal({ hpkePublicKey: randomBytes(length) })).rejects.toThrow(
      expect.objectContaining({ code: 'malformed', details: { what } }),
    );
  });

  it('refuses a public key whose ML-KEM half is not reduced (FIPS 203 section 7.2)', async () => {
    const unreduced = concat(Uint8Array.of(0xff, 0xff, 0xff), hpkePublicKey.subarray(3));
    await expect(seal({ hpkePublicKey: unreduced })).rejects.toThrow(malformed);
  });

  it.for([1, 15, 17, 32])('refuses a key id of %i bytes', async (length) => {
    await expect(seal({ keyId: randomBytes(length) })).rejects.toThrow(malformed);
  });
});

describe('openAnswer', () => {
  it('opens the answer and removes its padding', async () => {
    const { sealedRequest, openAnswer } = await seal();
    const sealedAnswer = await answer(await receive(sealedRequest), pad(utf8('reply'), 4096));
    expect(toHex(await openAnswer(sealedAnswer))).toBe(toHex(utf8('reply')));
    const message = concat(randomBytes(3), sealedAnswer, randomBytes(9));
    expect(toHex(await openAnswer(message.subarray(3, 3 + 4144)))).toBe(toHex(utf8('reply')));
  });

  it('refuses the answer to another request', async () => {
    const [first, second] = await Promise.all([seal(), seal()]);
    const sealedAnswer = await answer(await receive(first.sealedRequest), pad(utf8('reply'), 4096));
    await expect(second.openAnswer(sealedAnswer)).rejects.toThrow(malformed);
  });

  it('refuses an altered answer, and names the vault without accusing it', async () => {
    const { sealedRequest, openAnswer } = await seal();
    const sealedAnswer = await answer(await receive(sealedRequest), pad(utf8('reply'), 4096));
    const what = `the answer of vault ${'ab'.repeat(16)}`;
    for (const at of [0, 31, 32, 40, 4127, 4128, 4143]) {
      const altered = new Uint8Array(sealedAnswer);
      altered[at]! ^= 0x80;
      await expect(openAnswer(altered)).rejects.toThrow(
        expect.objectContaining({ code: 'malformed', details: { what } }),
      );
    }
  });

  it.for([0, 31, 48, 4095, 4097, 8192])('refuses a well sealed answer of %i padded bytes', async (length) => {
    const { sealedRequest, openAnswer } = await seal();
    const sealedAnswer = await answer(await receive(sealedRequest), new Uint8Array(length));
    await expect(openAnswer(sealedAnswer)).rejects.toThrow(malformed);
  });

  it('refuses a well sealed answer whose padding hides something', async () => {
    const { sealedRequest, openAnswer } = await seal();
    const padded = pad(utf8('reply'), 4096);
    padded[4000] = 1;
    const sealedAnswer = await answer(await receive(sealedRequest), padded);
    await expect(openAnswer(sealedAnswer)).rejects.toThrow(malformed);
  });
});
