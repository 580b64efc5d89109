import { randomBytes, toHex } from '@strongroom/core';
import { SecurityEventKind } from '@strongroom/wire/front-door';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, TestFrontDoor, type TestDevice } from '../front-door.fixture.ts';
import { MOST_DEVICES } from './devices.ts';

const phone = '+491701234567';
let door: TestFrontDoor;
let mine: TestDevice;
let other: TestDevice;
beforeEach(async () => {
  door = await TestFrontDoor.open();
  mine = await door.signIn(phone, 'my phone');
  other = await door.signIn(phone, 'a tablet');
});
afterEach(() => door.close());

const codeOf = async (call: Promise<unknown>) => (await errorOf(call)).code;
const revoke = (deviceId: Uint8Array, as: Pick<TestDevice, 'session'> = mine) =>
  door.client.revokeDevice({ deviceId }, door.as(as));
const names = async (as = mine) =>
  (await door.client.listDevices({}, door.as(as))).devices.map(({ name }) => name);
const use = ({ session }: TestDevice) => door.relay(session!.token, randomBytes(10));
const newest = async () => (await door.client.listEvents({}, door.as(mine))).events.at(-1)!;

describe('devices', () => {
  it('are listed with when they signed in, and which one asks', async () => {
    const { devices } = await door.client.listDevices({}, door.as(other));
    expect(devices).toMatchObject([
      { name: 'a tablet', isAsking: true, signedInAt: BigInt(door.time) },
      { name: 'my phone', isAsking: false },
    ]);
    expect((await errorOf(door.client.listDevices({}))).code).toBe('signed-out');
  });

  it('are of one account', async () => {
    const stranger = await door.signIn('+491701234568', 'elsewhere');
    expect(await names()).toEqual(['a tablet', 'my phone']);
    expect(await names(stranger)).toEqual(['elsewhere']);
  });
});

describe('removing a device', () => {
  it('ends its sessions and its key at once, and those of no other', async () => {
    const { challenge } = await door.client.startSession({ deviceId: other.deviceId });
    await revoke(other.deviceId);
    expect(await codeOf(use(other))).toBe('signed-out');
    expect(await codeOf(door.renew(other))).toBe('signed-out');
    const signature = randomBytes(64);
    const late = door.client.finishSession({ deviceId: other.deviceId, challenge, signature });
    expect(await codeOf(late)).toBe('signed-out');
    await expect(use(mine)).resolves.toBeDefined();
    expect(await names()).toEqual(['my phone']);
    expect(door.database.prepare('SELECT count(*) AS n FROM session').get()).toEqual({ n: 1 });
  });

  it('tells the others which one it was, and who did it', async () => {
    await revoke(other.deviceId);
    expect(await newest()).toMatchObject({
      kind: SecurityEventKind.DEVICE_REMOVED,
      deviceName: 'my phone',
      removedDeviceName: 'a tablet',
    });
    expect(toHex((await newest()).removedDeviceId)).toBe(toHex(other.deviceId));
  });

  it('of another account is refused as one that there is not', async () => {
    const stranger = await door.signIn('+491701234568', 'elsewhere');
    const [foreign, unknown] = [
      await errorOf(revoke(stranger.deviceId)),
      await errorOf(revoke(randomBytes(16))),
    ];
    expect(foreign.toJSON()).toEqual(unknown.toJSON());
    expect(foreign.code).toBe('wrong-usage');
    expect(await codeOf(revoke(new Uint8Array()))).toBe('wrong-usage');
    await expect(use(stranger)).resolves.toBeDefined();
    expect((await newest()).kind).toBe(SecurityEventKind.DEVICE_SIGNED_IN);
  });

  it('works once', async () => {
    await revoke(other.deviceId);
    expect(await codeOf(revoke(other.deviceId))).toBe('wrong-usage');
    expect(await codeOf(revoke(mine.deviceId, other))).toBe('signed-out');
  });

  it('holds in every process', async () => {
    const [, second] = door.start();
    await revoke(other.deviceId);
    expect(await codeOf(second.listDevices({}, door.as(other)))).toBe('signed-out');
  });
});

describe('signing out', () => {
  it('removes the device that asks, and says so', async () => {
    await door.client.signOut({}, door.as(other));
    expect(await codeOf(use(other))).toBe('signed-out');
    expect(await codeOf(door.renew(other))).toBe('signed-out');
    expect(await newest()).toMatchObject({
      kind: SecurityEventKind.DEVICE_SIGNED_OUT,
      deviceName: 'a tablet',
      removedDeviceName: '',
    });
  });
});

describe(`the limit of ${MOST_DEVICES} devices`, () => {
  it('is told, and nobody is signed out for a new one', async () => {
    const insert = door.database.prepare('INSERT INTO device VALUES (?, ?, ?, ?, ?)');
    for (let i = 2; i < MOST_DEVICES; i++)
      insert.run(randomBytes(16), mine.accountId, randomBytes(32), `${i}`, 1);
    const refused = await errorOf(door.signIn(phone));
    expect(refused.toJSON()).toMatchObject({ code: 'too-many-devices', details: { most: MOST_DEVICES } });
    expect(await names()).toHaveLength(MOST_DEVICES);
    await revoke(other.deviceId);
    await expect(door.signIn(phone)).resolves.toBeDefined();
    await expect(door.signIn('+491701234568')).resolves.toBeDefined();
  });
});
