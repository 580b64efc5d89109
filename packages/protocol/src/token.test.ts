import { create, toBinary } from '@bufbuild/protobuf';
import { randomBytes, utf8, type Bytes } from '@strongroom/core';
import {
  AccountTokenSchema,
  SignedAccountTokenSchema,
  type SignedAccountToken,
} from '@strongroom/wire/vault';
import { beforeAll, describe, expect, it } from 'vitest';
import { signingKeyFromSeed, type SigningKey } from './signing.ts';
import { checkAccountToken, issueAccountToken, TOKEN_LIFETIME, type FrontDoorKeys } from './token.ts';

const [accountId, vaultId] = [randomBytes(16), randomBytes(16)];
const sealedRequest = utf8('a sealed request');
const now = Date.UTC(2030, 0, 1);
const tenant = 'acme';

let key: SigningKey;
let frontDoors: FrontDoorKeys;
let token: SignedAccountToken;
beforeAll(async () => {
  key = await signingKeyFromSeed(randomBytes(32));
  const older = await signingKeyFromSeed(randomBytes(32));
  frontDoors = new Map([
    [tenant, [older.publicKey, key.publicKey]],
    ['other', [older.publicKey]],
  ]);
  token = await issueAccountToken(key, { tenant, accountId, vaultId, sealedRequest, now });
});

const check = (signed: SignedAccountToken | undefined, changes: object = {}) =>
  checkAccountToken(signed, { vaultId, sealedRequest, frontDoors, now, ...changes });
const sign = async (bytes: Bytes) =>
  create(SignedAccountTokenSchema, { token: bytes, signature: await key.sign(bytes) });
const refused = (why: string) => expect.objectContaining({ code: 'not-authorised', details: { why } });

describe('an account token', () => {
  it('says whose request it is', async () => {
    expect(await check(token)).toEqual({ tenant, accountId });
  });

  it('holds for a minute, and for clocks that differ a little', async () => {
    for (const later of [0, TOKEN_LIFETIME, -10_000]) {
      await expect(check(token, { now: now + later })).resolves.toBeDefined();
    }
    for (const later of [TOKEN_LIFETIME + 1, -10_001, 1e15]) {
      const expected = refused('the account token is not of this minute');
      await expect(check(token, { now: now + later })).rejects.toEqual(expected);
    }
  });

  it('is of one vault, one message and one tenant’s front doors', async () => {
    await expect(check(token, { vaultId: randomBytes(16) })).rejects.toEqual(
      refused('the account token is for another vault'),
    );
    await expect(check(token, { sealedRequest: utf8('another') })).rejects.toEqual(
      refused('the account token is for another message'),
    );
    const unsigned = refused('no front door of this tenant signed the account token');
    await expect(check(token, { frontDoors: new Map() })).rejects.toEqual(unsigned);
    const forged = await issueAccountToken(key, { tenant: 'other', accountId, vaultId, sealedRequest, now });
    await expect(check(forged)).rejects.toEqual(unsigned);
  });

  it('is refused when any bit of it, or of its signature, was altered', async () => {
    for (const field of ['token', 'signature'] as const) {
      for (let at = 0; at < token[field].length; at++) {
        const altered = new Uint8Array(token[field]);
        altered[at]! ^= 1 << (at % 8);
        const signed = create(SignedAccountTokenSchema, { ...token, [field]: altered });
        await expect(check(signed)).rejects.toMatchObject({ code: 'not-authorised' });
      }
    }
  });

  it('is refused when there is none, or it is no token', async () => {
    await expect(check(undefined)).rejects.toEqual(refused('there is no account token'));
    await expect(check(await sign(new Uint8Array(2000)))).rejects.toEqual(
      refused('there is no account token'),
    );
    for (const bytes of [new Uint8Array(), randomBytes(100).fill(255), utf8('hello')])
      await expect(check(await sign(bytes))).rejects.toEqual(refused('the account token cannot be read'));
  });

  it('is refused when its account id is none', async () => {
    for (const length of [0, 15, 17]) {
      const odd = await issueAccountToken(key, {
        tenant,
        accountId: randomBytes(length),
        vaultId,
        sealedRequest,
        now,
      });
      await expect(check(odd)).rejects.toEqual(refused('the account token cannot be read'));
    }
  });

  it('is signed as a token, not as any other bytes the same key may sign', async () => {
    const bytes = toBinary(AccountTokenSchema, create(AccountTokenSchema, { tenant, accountId }));
    const bare = create(SignedAccountTokenSchema, { token: bytes, signature: await key.sign(bytes) });
    await expect(check(bare)).rejects.toMatchObject({ code: 'not-authorised' });
  });
});
