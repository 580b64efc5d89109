import { createHmac } from 'node:crypto';
import { fromHex, randomBytes, toHex, utf8, type Bytes } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { expand } from '../hpke/hkdf.ts';
import { keyCheckUnder, openUnder, sealUnder, type Derive } from './sealing.ts';

const key = fromHex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
const hkdf: Derive = async (info) => expand(key, info, 32) as Bytes;
const aad = utf8('what it belongs to');
const record = utf8('a record');

const broken: Derive = () => Promise.reject(new Error('the token is gone'));

describe('sealing', () => {
  it('opens what was sealed by the first version', async () => {
    const sealed = fromHex(
      'f04b2ef9e3439d317da6fbcbcb35db5a629c9f79ba160d85bc27fc0375b2a33f1fd472a82c8438cffdcc9d21bd404f3b097ed9c0f2cc63d7',
    );
    expect(await openUnder(hkdf, 7, aad, sealed)).toEqual(record);
    expect(toHex(await keyCheckUnder(hkdf, 7))).toBe('36bbd18dd3a252bfe0cc5ddaf86de8c5');
  });

  it('needs one HMAC inside the HSM, whatever the size of the data', async () => {
    let asked = 0;
    const once: Derive = async (info) => {
      asked++;
      expect(info.length).toBeLessThan(128);
      return new Uint8Array(createHmac('sha256', key).update(info).update('\u0001').digest());
    };
    const sealed = await sealUnder(once, 1, randomBytes(10_000), randomBytes(100_000));
    expect(asked).toBe(1);
    expect(sealed.length).toBe(100_048);
  });

  it('asks for another key for each record, epoch and additional data', async () => {
    const infos: string[] = [];
    const watched: Derive = async (info) => {
      infos.push(toHex(info));
      return hkdf(info);
    };
    for (const epoch of [1, 1, 2]) await sealUnder(watched, epoch, aad, record);
    const sealed = await sealUnder(watched, 1, aad, record);
    const opening = [
      openUnder(watched, 1, aad, sealed),
      openUnder(watched, 2, aad, sealed),
      openUnder(watched, 1, record, sealed),
    ];
    const outcomes = await Promise.allSettled(opening);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    // Sealed and opened under the same one, otherwise all differ.
    expect(infos[3]).toBe(infos[4]);
    expect(new Set(infos).size).toBe(infos.length - 1);
  });

  it('wipes the key of a record when it is done, also when it does not open', async () => {
    const keys: Bytes[] = [];
    const watched: Derive = async (info) => {
      const derived = await hkdf(info);
      keys.push(derived);
      return derived;
    };
    const sealed = await sealUnder(watched, 1, aad, record);
    await openUnder(watched, 1, aad, sealed);
    await expect(openUnder(watched, 2, aad, sealed)).rejects.toThrow('does not open');
    expect(keys.length).toBe(3);
    for (const used of keys) expect(toHex(used)).toMatch(/^0+$/);
  });

  it('passes on what goes wrong inside the HSM', async () => {
    await expect(sealUnder(broken, 1, aad, record)).rejects.toThrow('the token is gone');
    await expect(openUnder(broken, 1, aad, new Uint8Array(100))).rejects.toThrow('the token is gone');
  });
});
