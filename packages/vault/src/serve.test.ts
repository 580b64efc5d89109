import { create, toBinary } from '@bufbuild/protobuf';
import { equalBytes, randomBytes, toHex, utf8 } from '@strongroom/core';
import {
  issueAccountToken,
  SEALED_ANSWER_LENGTH,
  sealRequest,
  signingKeyFromSeed,
} from '@strongroom/protocol';
import {
  ServeRequestSchema,
  VaultEvent,
  VaultRequestSchema,
  type DirectoryVault,
  type ServeRequest,
} from '@strongroom/wire/vault';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  day,
  newDevice,
  refusalOf,
  signErase,
  signPropose,
  TestVaults,
  type RequestShape,
  type TestDevice,
} from './testing/index.ts';

const accountId = randomBytes(16);
let vaults: TestVaults;
let target: DirectoryVault;
beforeAll(async () => {
  vaults = await TestVaults.open();
  target = vaults.directory.vaults[0]!;
});

const describeRequest: RequestShape = { case: 'describe', value: {} };
const serialize = (request: RequestShape) =>
  toBinary(VaultRequestSchema, create(VaultRequestSchema, { request }));
async function seal(plaintext: Uint8Array, changes: object = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { vaultId, hpkePublicKey } = target;
  const { tenant } = vaults;
  const address = { vaultId, hpkePublicKey, tenant, accountId, keyId: new Uint8Array() };
  const { sealedRequest } = await sealRequest({ ...address, plaintext, ...changes });
  return sealedRequest;
}
const serve = (request: ServeRequest) => vaults.vault(1).serve(request);
const carry = async (sealed: Uint8Array) =>
  serve(await vaults.serveRequest(accountId, target.vaultId, sealed));
const refusal = (code: string) => expect.objectContaining({ name: 'StrongroomError', code });

describe('a vault', () => {
  it.for([
    [1, 1],
    [3, 2],
    [5, 3],
  ])('of %i registers a password and gives the backup key back', async ([n, t]) => {
    const fleet = await TestVaults.open({ vaults: n!, threshold: t! });
    const device = newDevice(fleet);
    const dealt = await device.register('mint garage 42');
    expect(await device.open('mint garage 43', dealt)).toBe('wrong-password');
    expect(await device.open('mint garage 42', dealt)).toBe(toHex(dealt.backupKey));
    const any = fleet.directory.vaults.slice(-t!).map(({ index }) => index);
    expect(await newDevice(fleet, device.accountId).open('mint garage 42', dealt, any)).toBe(
      toHex(dealt.backupKey),
    );
    expect(new Set(fleet.events)).toEqual(
      new Set([VaultEvent.REGISTERED, VaultEvent.GUESS_COUNTED, VaultEvent.OPENED]),
    );
  });

  it('is the same after it was started again, and so are its records', async () => {
    const fleet = await TestVaults.open();
    const device = newDevice(fleet);
    const dealt = await device.register('mint garage 42');
    await fleet.restart(1);
    expect(fleet.vault(1).describe(1, 'operator 1')).toEqual(fleet.directory.vaults[0]);
    expect(await device.open('mint garage 42', dealt)).toBe(toHex(dealt.backupKey));
  });

  it('answers in one size, whatever it says', async () => {
    const device = newDevice(vaults, accountId);
    const lengths = new Set<number>();
    const relay = vaults.relay(accountId);
    const watched = newDevice(
      {
        tenant: vaults.tenant,
        directory: vaults.directory,
        relay: () => async (vaultId, sealed) => {
          const answer = await relay(vaultId, sealed);
          lengths.add(answer.length);
          return answer;
        },
      },
      accountId,
    );
    const dealt = await watched.register('a');
    await watched.open('a', dealt);
    await watched.open('b', dealt);
    await watched.open('a', await device.deal('never proposed'));
    await watched.send(1, signErase(await watched.target(1), dealt));
    expect([...lengths]).toEqual([SEALED_ANSWER_LENGTH]);
  });
});

describe('an account token is refused', () => {
  type Fields = Parameters<typeof issueAccountToken>[1];
  const carryWith = async (changes: Partial<Fields>, key = vaults.tokenKey) => {
    const sealedRequest = await seal(serialize(describeRequest));
    const { tenant, clock } = vaults;
    const fields = { tenant, accountId, vaultId: target.vaultId, sealedRequest, now: clock.now() };
    const token = await issueAccountToken(key, { ...fields, ...changes });
    return serve(create(ServeRequestSchema, { token, sealedRequest }));
  };

  it('never, when it is right', async () => {
    await expect(carryWith({})).resolves.toBeDefined();
  });

  const wrong: Record<string, () => Partial<Fields>> = {
    'for another vault': () => ({ vaultId: randomBytes(16) }),
    'for another message': () => ({ sealedRequest: utf8('another') }),
    'that is too old': () => ({ now: vaults.clock.now() - 60_001 }),
    'from the future': () => ({ now: vaults.clock.now() + 10_001 }),
    'of an unknown tenant': () => ({ tenant: 'nobody' }),
    'of no account': () => ({ accountId: new Uint8Array(15) }),
  };
  it.for(Object.entries(wrong))('%s', async ([, changes]) => {
    await expect(carryWith(changes())).rejects.toEqual(refusal('not-authorised'));
  });

  it('signed by another front door', async () => {
    const other = await signingKeyFromSeed(randomBytes(32));
    await expect(carryWith({}, other)).rejects.toEqual(refusal('not-authorised'));
  });

  it('when there is none, or it comes with another body', async () => {
    const { token } = await vaults.serveRequest(
      accountId,
      target.vaultId,
      await seal(serialize(describeRequest)),
    );
    const sealedRequest = await seal(serialize(describeRequest));
    for (const request of [{ sealedRequest }, { token: token!, sealedRequest }])
      await expect(serve(create(ServeRequestSchema, request))).rejects.toEqual(refusal('not-authorised'));
  });

  it('of another account than the request was sealed for: then it does not open', async () => {
    await expect(carryWith({ accountId: randomBytes(16) })).rejects.toEqual(refusal('malformed'));
  });
});

describe('a sealed request is refused', () => {
  it('when it is garbage, cut, or altered in any bit', async () => {
    const sealed = await seal(serialize(describeRequest));
    const altered = Array.from({ length: 40 }, (_, i) => {
      const copy = sealed.slice();
      copy[(i * 131) % copy.length]! ^= 1 << (i % 8);
      return copy;
    });
    const cut = [0, 1, 100, 1500, sealed.length - 1].map((length) => sealed.slice(0, length));
    for (const bad of [...altered, ...cut, randomBytes(sealed.length), randomBytes(20_000)])
      await expect(carry(bad)).rejects.toEqual(refusal('malformed'));
  });

  it('when what is inside is no request', async () => {
    for (const plaintext of [randomBytes(100).fill(255), utf8('hello'), new Uint8Array([0x0a, 0x7f])])
      await expect(carry(await seal(plaintext))).rejects.toEqual(refusal('malformed'));
  });

  it('when it is sealed for another vault, tenant or to an unknown key', async () => {
    const plaintext = serialize(describeRequest);
    for (const change of [{ vaultId: randomBytes(16) }, { tenant: 'other' }, { keyId: randomBytes(16) }])
      await expect(carry(await seal(plaintext, change))).rejects.toEqual(refusal('malformed'));
  });

  it('is answered as unknown when it asks for nothing that is known', async () => {
    const device = newDevice(vaults);
    const reply = await device.send(1, { case: undefined });
    expect(refusalOf(reply)).toBe('malformed');
  });
});

describe('the key for Propose', () => {
  let device: TestDevice;
  beforeEach(() => {
    device = newDevice(vaults);
  });
  const prepare = async () => {
    const { proposeKey } = await device.describe(1);
    return { proposeKey: proposeKey!, propose: signPropose(await device.target(1), await device.deal('a')) };
  };

  it('must be used for Propose, and for nothing else', async () => {
    const { proposeKey, propose } = await prepare();
    await expect(device.send(1, propose)).rejects.toEqual(refusal('malformed'));
    await expect(device.send(1, describeRequest, proposeKey)).rejects.toEqual(refusal('malformed'));
    expect((await device.describe(1)).slots).toEqual([]);
    expect((await device.send(1, propose, proposeKey)).case).toBe('accepted');
  });

  it('changes daily and is gone after two days', async () => {
    const { proposeKey, propose } = await prepare();
    vaults.clock.advance(day);
    await vaults.vault(1).tend();
    const { proposeKey: next } = await device.describe(1);
    expect(equalBytes(next!.keyId, proposeKey.keyId)).toBe(false);
    expect((await device.send(1, propose, proposeKey)).case).toBe('accepted');
    vaults.clock.advance(day);
    await vaults.vault(1).tend();
    await expect(device.send(1, propose, proposeKey)).rejects.toEqual(refusal('malformed'));
  });
});
