import { randomBytes, toHex } from '@strongroom/core';
import { sessionSigned, signingKeyFromSeed } from '@strongroom/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, TestFrontDoor, type TestDevice } from './front-door.fixture.ts';
import { SESSION_LIFETIME } from './sessions.ts';

let door: TestFrontDoor;
let device: TestDevice;
beforeEach(async () => {
  door = await TestFrontDoor.open();
  device = await door.signIn('+491701234567');
});
afterEach(() => door.close());

const use = (token: string | undefined) => door.relay(token, randomBytes(10));
const codeOf = async (call: Promise<unknown>) => (await errorOf(call)).code;
const finish = async (
  challenge: Uint8Array,
  changes: { signed?: Uint8Array; deviceId?: Uint8Array; key?: TestDevice['key'] } = {},
) => {
  const {
    deviceId = device.deviceId,
    key = device.key,
    signed = sessionSigned(deviceId, challenge),
  } = changes;
  return door.client.finishSession({ deviceId, challenge, signature: await key.sign(signed) });
};
const challengeOf = async (deviceId: Uint8Array = device.deviceId) =>
  (await door.client.startSession({ deviceId })).challenge;

describe('a session', () => {
  it('ends after a quarter of an hour, and the device key gets the next', async () => {
    const { token, expiresAt } = device.session!;
    expect(Number(expiresAt)).toBe(door.time + SESSION_LIFETIME);
    door.time += SESSION_LIFETIME - 1;
    await expect(use(token)).resolves.toBe('0402');
    door.time += 1;
    expect(await codeOf(use(token))).toBe('signed-out');
    const next = await door.renew(device);
    expect(next.token).not.toBe(token);
    await expect(use(next.token)).resolves.toBe('0402');
  });

  it('is needed to relay, and nothing else is taken for one', async () => {
    const { token } = device.session!;
    for (const bad of [undefined, '', token.slice(1), `${token}0`, token.toUpperCase(), '0'.repeat(64)])
      expect(await codeOf(use(bad))).toBe('signed-out');
    const headers = { authorization: token };
    expect(await codeOf(door.client.relay({ vaultId: door.vaultId }, { headers }))).toBe('signed-out');
    expect(door.served).toEqual([]);
  });

  it('is of its own account', async () => {
    const other = await door.signIn('+491701234568');
    await use(device.session!.token);
    await use(other.session!.token);
    const tokens = door.served.map(({ token }) => toHex(token!.token));
    expect(tokens[0]).toContain(toHex(device.accountId));
    expect(tokens[1]).toContain(toHex(other.accountId));
  });

  it('is not stored as it is: who reads the database cannot use it', async () => {
    const rows = door.database.prepare('SELECT * FROM session').all();
    const stored = JSON.stringify(rows, (_, value: unknown) =>
      value instanceof Uint8Array ? `${toHex(value)} ${Buffer.from(value).toString('latin1')}` : value,
    );
    expect(rows).toHaveLength(1);
    expect(stored).not.toContain(device.session!.token);
  });

  it('and its account are kept when the front door starts again', async () => {
    door.restart();
    await expect(use(device.session!.token)).resolves.toBe('0402');
    await expect(door.renew(device)).resolves.toBeDefined();
    const again = await door.signIn('+491701234567');
    expect(toHex(again.accountId)).toBe(toHex(device.accountId));
  });

  it('of old is cleared away', async () => {
    for (let i = 0; i < 3; i++) {
      door.time += SESSION_LIFETIME + 1;
      await door.renew(device);
    }
    expect(door.database.prepare('SELECT count(*) AS n FROM session').get()).toEqual({ n: 1 });
  });
});

describe('a challenge', () => {
  it('is good once, whether it was signed right or wrong', async () => {
    const challenge = await challengeOf();
    await finish(challenge);
    expect(await codeOf(finish(challenge))).toBe('signed-out');
    const second = await challengeOf();
    expect(await codeOf(finish(second, { signed: randomBytes(10) }))).toBe('signed-out');
    expect(await codeOf(finish(second))).toBe('signed-out');
  });

  it('is good for two minutes', async () => {
    const [kept, late] = [await challengeOf(), await challengeOf()];
    door.time += 120_000;
    await expect(finish(kept)).resolves.toBeDefined();
    door.time += 1;
    expect(await codeOf(finish(late))).toBe('signed-out');
  });

  it('must be signed by the key of the device that asked', async () => {
    const stranger = await signingKeyFromSeed(randomBytes(32));
    expect(await codeOf(finish(await challengeOf(), { key: stranger }))).toBe('signed-out');
    const other = await door.signIn('+491701234568');
    expect(await codeOf(finish(await challengeOf(other.deviceId)))).toBe('signed-out');
    expect(await codeOf(finish(await challengeOf(), { deviceId: other.deviceId, key: other.key }))).toBe(
      'signed-out',
    );
    const signed = sessionSigned(device.deviceId, new Uint8Array(32));
    expect(await codeOf(finish(await challengeOf(), { signed }))).toBe('signed-out');
  });

  it('of the door’s own making is needed', async () => {
    expect(await codeOf(finish(randomBytes(32)))).toBe('signed-out');
    expect(await codeOf(finish(new Uint8Array()))).toBe('signed-out');
  });

  it('is given to an unknown device too, but good for nothing and not kept', async () => {
    for (const deviceId of [randomBytes(16), new Uint8Array(), randomBytes(5000)]) {
      const challenge = await challengeOf(deviceId);
      expect(challenge).toHaveLength(32);
      expect(await codeOf(finish(challenge, { deviceId }))).toBe('signed-out');
    }
    expect(door.database.prepare('SELECT count(*) AS n FROM challenge').get()).toEqual({ n: 0 });
  });
});
