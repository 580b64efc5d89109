import { generateKeyPairSync, publicEncrypt, randomBytes as nodeRandomBytes } from 'node:crypto';
import type { Handle, Template } from 'pkcs11js';
import { utf8 } from '@strongroom/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { introduce, memoryHsm, SoftHsm, type SoftToken } from '../../testing/index.ts';
import { encodeEpoch } from '../epoch.ts';
import type { Hsm } from '../hsm.ts';
import { decodeTransportKey, transportKeyId } from '../transport-key.ts';
import { openPkcs11Hsm } from './pkcs11-hsm.ts';
import { rawToken, refusalOf, type RawToken } from './raw-token.fixture.ts';

let softHsm: SoftHsm;
let token: SoftToken;
let hsm: Hsm;
let raw: RawToken;
beforeAll(() => {
  softHsm = new SoftHsm();
});
afterAll(() => softHsm.remove());
beforeEach(async () => {
  token = softHsm.makeToken();
  hsm = await openPkcs11Hsm(token.options);
  await hsm.makeKey(1);
  raw = rawToken(token);
});
afterEach(() => hsm.close());

const aad = utf8('what it belongs to');
const record = utf8('a record');
const problem = (name: string) => ({ code: 'hsm', details: { problem: name } });
const sealingKey = (epoch = 1): Handle =>
  raw.find([
    { type: raw.p11.CKA_LABEL, value: 'strongroom sealing key' },
    { type: raw.p11.CKA_ID, value: Buffer.from(encodeEpoch(epoch)) },
  ])[0]!;

/** A wrapping key of the attacker's, in the token but not trusted. */
function plantWrappingKey(extra: Template = []): Handle {
  const { n, e } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const { p11, module, session } = raw;
  return module.C_CreateObject(session, [
    { type: p11.CKA_CLASS, value: p11.CKO_PUBLIC_KEY },
    { type: p11.CKA_KEY_TYPE, value: p11.CKK_RSA },
    { type: p11.CKA_TOKEN, value: true },
    { type: p11.CKA_WRAP, value: true },
    { type: p11.CKA_MODULUS, value: Buffer.from(n!, 'base64url') },
    { type: p11.CKA_PUBLIC_EXPONENT, value: Buffer.from(e!, 'base64url') },
    ...extra,
  ]);
}

describe('a sealing key in a token, for whoever shares the login', () => {
  it('cannot be read', () => {
    const { p11, module, session } = raw;
    const read = () => module.C_GetAttributeValue(session, sealingKey(), [{ type: p11.CKA_VALUE }]);
    expect(refusalOf(read)).toBe('CKR_ATTRIBUTE_SENSITIVE');
  });

  it('cannot be wrapped under a key that the officer did not mark, of whatever kind', () => {
    const { p11, module, session } = raw;
    const wrap = (mechanism: number, key: Handle) =>
      refusalOf(() => module.C_WrapKey(session, { mechanism }, key, sealingKey(), Buffer.alloc(1024)));
    expect(wrap(p11.CKM_RSA_PKCS, plantWrappingKey())).toBe('CKR_KEY_NOT_WRAPPABLE');
    const aes = module.C_GenerateKey(session, { mechanism: p11.CKM_AES_KEY_GEN }, [
      { type: p11.CKA_CLASS, value: p11.CKO_SECRET_KEY },
      { type: p11.CKA_VALUE_LEN, value: 32 },
      { type: p11.CKA_WRAP, value: true },
    ]);
    expect(wrap(p11.CKM_AES_KEY_WRAP, aes)).toBe('CKR_KEY_NOT_WRAPPABLE');
  });

  it('lets nobody but the officer mark a key as trusted', () => {
    const { p11, module, session } = raw;
    const trusted = { type: p11.CKA_TRUSTED, value: true };
    expect(refusalOf(() => plantWrappingKey([trusted]))).toContain('CKR_ATTRIBUTE_READ_ONLY');
    const planted = plantWrappingKey();
    const mark = () => module.C_SetAttributeValue(session, planted, [trusted]);
    expect(refusalOf(mark)).toContain('CKR_ATTRIBUTE_READ_ONLY');
  });

  it('cannot be made weaker, nor copied into a weaker one', () => {
    const { p11, module, session } = raw;
    for (const type of [p11.CKA_SENSITIVE, p11.CKA_WRAP_WITH_TRUSTED, p11.CKA_SIGN]) {
      const weaker = [{ type, value: false }];
      expect(refusalOf(() => module.C_SetAttributeValue(session, sealingKey(), weaker))).toBeDefined();
      expect(refusalOf(() => module.C_CopyObject(session, sealingKey(), weaker))).toBeDefined();
    }
  });

  it('does one thing', () => {
    const { p11, module, session } = raw;
    const derive = { mechanism: p11.CKM_AES_ECB_ENCRYPT_DATA, parameter: Buffer.alloc(16) };
    const secret = [{ type: p11.CKA_CLASS, value: p11.CKO_SECRET_KEY }];
    expect(refusalOf(() => module.C_DeriveKey(session, derive, sealingKey(), secret))).toBeDefined();
    const gcm = { type: p11.CK_PARAMS_AES_GCM, iv: Buffer.alloc(12), ivBits: 96, tagBits: 128 };
    const encrypt = { mechanism: p11.CKM_AES_GCM, parameter: gcm };
    expect(refusalOf(() => module.C_EncryptInit(session, encrypt, sealingKey()))).toBeDefined();
    expect(refusalOf(() => module.C_DecryptInit(session, encrypt, sealingKey()))).toBeDefined();
    expect(
      refusalOf(() => module.C_SignInit(session, { mechanism: p11.CKM_SHA256_HMAC }, sealingKey())),
    ).toBeUndefined();
  });

  it('is guarded as well where another token has taken it over', async () => {
    await hsm.close();
    const other = softHsm.makeToken();
    const [first, second] = [await openPkcs11Hsm(token.options), await openPkcs11Hsm(other.options)];
    await introduce([tokenPlace(token), tokenPlace(other)], [first, second]);
    await second.unwrapKey(1, await first.wrapKey(1, await second.transportKey()));
    raw = rawToken(other);
    const { p11, module, session } = raw;
    const read = () => module.C_GetAttributeValue(session, sealingKey(), [{ type: p11.CKA_VALUE }]);
    expect(refusalOf(read)).toBe('CKR_ATTRIBUTE_SENSITIVE');
    const wrap = () =>
      module.C_WrapKey(
        session,
        { mechanism: p11.CKM_RSA_PKCS },
        plantWrappingKey(),
        sealingKey(),
        Buffer.alloc(1024),
      );
    expect(refusalOf(wrap)).toBe('CKR_KEY_NOT_WRAPPABLE');
    await Promise.all([first.close(), second.close()]);
  });
});

const tokenPlace = ({ options, officer }: SoftToken) => ({ open: () => openPkcs11Hsm(options), officer });

describe('what somebody put into the token', () => {
  it('under the name of a peer is no peer', async () => {
    const { p11 } = raw;
    const peer = await memoryHsm().transportKey();
    const id = { type: p11.CKA_ID, value: Buffer.from(transportKeyId(peer)) };
    for (const label of ['strongroom peer sha256', 'strongroom peer sha1'])
      plantWrappingKey([{ type: p11.CKA_LABEL, value: label }, id]);
    expect(await hsm.trusted()).toEqual([]);
    await expect(hsm.wrapKey(1, peer)).rejects.toMatchObject(problem('not-trusted'));
  });

  it('as a sealing key that may leave is not used, and can be destroyed', async () => {
    const { p11, module, session } = raw;
    const open = module.C_GenerateKey(session, { mechanism: p11.CKM_GENERIC_SECRET_KEY_GEN }, [
      { type: p11.CKA_CLASS, value: p11.CKO_SECRET_KEY },
      { type: p11.CKA_VALUE_LEN, value: 32 },
      { type: p11.CKA_LABEL, value: 'strongroom sealing key' },
      { type: p11.CKA_ID, value: Buffer.from(encodeEpoch(2)) },
      { type: p11.CKA_TOKEN, value: true },
      { type: p11.CKA_SIGN, value: true },
      { type: p11.CKA_SENSITIVE, value: true },
      { type: p11.CKA_EXTRACTABLE, value: true },
    ]);
    expect(open).toBeDefined();
    await expect(hsm.seal(2, aad, record)).rejects.toMatchObject(problem('refused'));
    await expect(hsm.makeKey(2)).rejects.toMatchObject(problem('epoch-exists'));
    await hsm.destroyKey(2);
    expect(await hsm.epochs()).toEqual([1]);
  });

  it('as a second sealing key of an epoch stops that epoch until one is gone', async () => {
    const { p11, module, session } = raw;
    const template = [
      { type: p11.CKA_CLASS, value: p11.CKO_SECRET_KEY },
      { type: p11.CKA_KEY_TYPE, value: p11.CKK_GENERIC_SECRET },
      { type: p11.CKA_LABEL, value: 'strongroom sealing key' },
      { type: p11.CKA_ID, value: Buffer.from(encodeEpoch(1)) },
      { type: p11.CKA_TOKEN, value: true },
      { type: p11.CKA_SIGN, value: true },
      { type: p11.CKA_VALUE, value: nodeRandomBytes(32) },
    ];
    const planted = module.C_CreateObject(session, template);
    await expect(hsm.seal(1, aad, record)).rejects.toMatchObject(problem('refused'));
    module.C_DestroyObject(session, planted);
    expect(await hsm.open(1, aad, await hsm.seal(1, aad, record))).toEqual(record);
  });

  it('as a key of its own, wrapped under the public transport key, is not taken over', async () => {
    const transportKey = await hsm.transportKey();
    const { wrapping, oaepHash } = decodeTransportKey(transportKey);
    const ciphertext = publicEncrypt({ key: wrapping, oaepHash }, nodeRandomBytes(32));
    await expect(hsm.unwrapKey(2, ciphertext)).rejects.toMatchObject(problem('refused'));
    const forger = memoryHsm();
    await forger.makeKey(2);
    await forger.trust(transportKey);
    const signed = await forger.wrapKey(2, transportKey);
    await expect(hsm.unwrapKey(2, signed)).rejects.toMatchObject(problem('not-trusted'));
    expect(await hsm.epochs()).toEqual([1]);
  });
});

describe('a software HSM and a token', () => {
  it('say so when the token lacks the hash that the other unwraps with', async () => {
    const peer = await memoryHsm().transportKey();
    await hsm.trust(peer, token.officer);
    await expect(hsm.wrapKey(1, peer)).rejects.toMatchObject({
      ...problem('refused'),
      message: expect.stringContaining('sha256'),
    });
  });

  it('open what the other sealed, once the key was handed to the token', async () => {
    const software = memoryHsm();
    await software.makeKey(9);
    const sealed = await software.seal(9, aad, record);
    await software.trust(await hsm.transportKey());
    await hsm.trust(await software.transportKey(), token.officer);
    await hsm.unwrapKey(9, await software.wrapKey(9, await hsm.transportKey()));
    expect(await hsm.open(9, aad, sealed)).toEqual(record);
    expect(await software.open(9, aad, await hsm.seal(9, aad, record))).toEqual(record);
    expect(await hsm.keyCheck(9)).toEqual(await software.keyCheck(9));
  });
});
