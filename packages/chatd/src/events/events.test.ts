import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { SecurityEventKind, type SecurityEvent } from '@strongroom/wire/front-door';
import { VaultEvent } from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, TestFrontDoor, type TestDevice } from '../front-door.fixture.ts';
import { GUESS_SETTLES } from './guesses.ts';
import { EVENT_LIFETIME, MOST_EVENTS } from './security-events.ts';

const phone = '+491701234567';
const day = 86_400_000;
let door: TestFrontDoor;
let mine: TestDevice;
let other: TestDevice;
beforeEach(async () => {
  door = await TestFrontDoor.open();
  mine = await door.signIn(phone, 'my phone');
  other = await door.signIn(phone, 'a tablet');
});
afterEach(() => door.close());

const list = async (after = 0n, limit = 0, as = mine) =>
  door.client.listEvents({ after, limit }, door.as(as));
const said = ({ kind, deviceName }: SecurityEvent) => `${SecurityEventKind[kind]} by ${deviceName}`;
/** Everything since the two devices signed in. */
const since = async () => (await list(2n)).events;
const settle = (): void => {
  door.time += GUESS_SETTLES;
  door.frontDoor.tend();
};
const guess = (vaultId: Bytes = door.vaultId, event = VaultEvent.GUESS_COUNTED) =>
  door.tell(other, event, { vaultId });

describe('events', () => {
  it('tell every device of the account what happened, when, and by which device', async () => {
    const at = door.time;
    await door.tell(other, VaultEvent.REGISTERED);
    const { events, acknowledged, hasMore } = await list();
    expect(events.map(said)).toEqual([
      'DEVICE_SIGNED_IN by my phone',
      'DEVICE_SIGNED_IN by a tablet',
      'PASSWORD_SET by a tablet',
    ]);
    expect(events.map(({ number }) => number)).toEqual([1n, 2n, 3n]);
    expect(events[2]).toMatchObject({ at: BigInt(at), deviceId: other.deviceId });
    // Since it signed in.
    expect([acknowledged, hasMore]).toEqual([1n, false]);
  });

  it('are of the account alone', async () => {
    const stranger = await door.signIn('+491701234568', 'elsewhere');
    await door.tell(stranger, VaultEvent.OPENED);
    expect(await since()).toEqual([]);
    expect((await list(0n, 0, stranger)).events.map(said)).toEqual([
      'DEVICE_SIGNED_IN by elsewhere',
      'BACKUP_OPENED by elsewhere',
    ]);
  });

  it('come in pages', async () => {
    for (let i = 0; i < 3; i++) await door.tell(other, VaultEvent.ERASED);
    const first = await list(0n, 2);
    expect([first.events.length, first.hasMore]).toEqual([2, true]);
    const second = await list(first.events.at(-1)!.number, 3);
    expect([second.events.map(({ number }) => number), second.hasMore]).toEqual([[3n, 4n, 5n], false]);
    expect((await list(0n, 0xff_ff_ff_ff)).events).toHaveLength(5);
    expect((await list(2n ** 64n - 1n)).events).toEqual([]);
  });

  it('are forgotten after thirty days, and their numbers go on', async () => {
    door.time += EVENT_LIFETIME;
    mine = { ...mine, session: await door.renew(mine) };
    expect((await list()).events).toEqual([]);
    door.frontDoor.tend();
    await door.tell(mine, VaultEvent.OPENED);
    expect((await list()).events.map(({ number }) => number)).toEqual([3n]);
    const kept = door.database.prepare('SELECT count(*) AS n FROM security_event').get();
    // The newest stays until there is another.
    expect(kept).toEqual({ n: 2 });
  });

  it('are at most so many of an account', async () => {
    for (let i = 0; i < MOST_EVENTS; i++) await door.tell(other, VaultEvent.ERASED);
    const { events } = await list();
    expect(events[0]!.number).toBe(3n);
    expect(door.database.prepare('SELECT count(*) AS n FROM security_event').get()).toEqual({
      n: MOST_EVENTS,
    });
  });

  it('are for devices that are signed in', async () => {
    expect((await errorOf(door.client.listEvents({}))).code).toBe('signed-out');
    expect((await errorOf(door.client.acknowledgeEvents({ number: 1n }))).code).toBe('signed-out');
  });

  it('that a vault tells again are told once', async () => {
    const eventId = randomBytes(16);
    await door.tell(other, VaultEvent.OPENED, { eventId });
    await door.tell(other, VaultEvent.OPENED, { eventId });
    expect((await since()).map(said)).toEqual(['BACKUP_OPENED by a tablet']);
  });

  it('that several vaults tell are one', async () => {
    for (const event of [
      VaultEvent.REPLACEMENT_PROPOSED,
      VaultEvent.DROPPED,
      VaultEvent.REPLACEMENT_PROPOSED,
    ])
      for (const vaultId of [door.vaultId, ...door.otherVaults]) await door.tell(other, event, { vaultId });
    expect((await since()).map(said)).toEqual([
      'REPLACEMENT_ASKED by a tablet',
      'REPLACEMENT_CANCELLED by a tablet',
      'REPLACEMENT_ASKED by a tablet',
    ]);
  });

  it('of a kind that is not known are not told', async () => {
    await door.tell(other, 99 as VaultEvent);
    expect(await since()).toEqual([]);
  });
});

describe('a wrong password', () => {
  it('is told when the guess has opened nothing in time', async () => {
    await guess();
    door.time += GUESS_SETTLES - 1;
    door.frontDoor.tend();
    expect(await since()).toEqual([]);
    door.time += 1;
    door.frontDoor.tend();
    expect((await since()).map(said)).toEqual(['WRONG_PASSWORD by a tablet']);
    door.frontDoor.tend();
    expect(await since()).toHaveLength(1);
  });

  it('is not told of a right one', async () => {
    await guess();
    await door.tell(other, VaultEvent.OPENED);
    settle();
    expect((await since()).map(said)).toEqual(['BACKUP_OPENED by a tablet']);
  });

  it('is counted until one is right', async () => {
    for (let i = 0; i < 3; i++) await guess();
    settle();
    await guess();
    await door.tell(other, VaultEvent.OPENED);
    settle();
    await guess();
    settle();
    expect((await since()).map((event) => [said(event), event.wrongInARow])).toEqual([
      ['WRONG_PASSWORD by a tablet', 1],
      ['WRONG_PASSWORD by a tablet', 2],
      ['WRONG_PASSWORD by a tablet', 3],
      ['BACKUP_OPENED by a tablet', 0],
      ['WRONG_PASSWORD by a tablet', 1],
    ]);
  });

  it('tried at several vaults is one, and the right one after it is not taken for wrong', async () => {
    const vaults = [door.vaultId, ...door.otherVaults];
    for (let i = 0; i < 2; i++) for (const vaultId of vaults) await guess(vaultId);
    for (const vaultId of vaults.slice(1)) await door.tell(other, VaultEvent.OPENED, { vaultId });
    settle();
    expect((await since()).map(said)).toEqual(['BACKUP_OPENED by a tablet', 'WRONG_PASSWORD by a tablet']);
  });

  it('of two devices is two', async () => {
    await guess();
    await door.tell(mine, VaultEvent.GUESS_COUNTED);
    settle();
    expect((await since()).map(said)).toEqual(['WRONG_PASSWORD by a tablet', 'WRONG_PASSWORD by my phone']);
  });

  it('that was the last says that the password is locked', async () => {
    await guess();
    await guess(door.vaultId, VaultEvent.LAST_GUESS_COUNTED);
    settle();
    const events = await since();
    expect(events.map(said)).toEqual(['WRONG_PASSWORD by a tablet', 'LOCKED by a tablet']);
    expect(events[1]!.wrongInARow).toBe(2);
  });

  it('is told after a new start, and by one process of several', async () => {
    await guess();
    door.restart();
    const [second] = door.start();
    door.time += GUESS_SETTLES;
    door.frontDoor.tend();
    second.tend();
    expect((await since()).map(said)).toEqual(['WRONG_PASSWORD by a tablet']);
  });
});

describe('the registration', () => {
  it('of another key is told when it is asked for, and when it has taken the place', async () => {
    await door.tell(other, VaultEvent.REPLACEMENT_PROPOSED);
    await door.tell(other, VaultEvent.REPLACED);
    expect((await since()).map(said)).toEqual([
      'REPLACEMENT_ASKED by a tablet',
      'REPLACEMENT_DONE by a tablet',
    ]);
  });

  it('that is changed while another key is asked for is a change', async () => {
    await door.tell(other, VaultEvent.REPLACEMENT_PROPOSED);
    await door.tell(mine, VaultEvent.REPLACED);
    expect((await since()).map(said)).toEqual([
      'REPLACEMENT_ASKED by a tablet',
      'PASSWORD_CHANGED by my phone',
    ]);
  });

  it('that is taken back unfinished by whoever changes it is nobody’s worry', async () => {
    await door.tell(mine, VaultEvent.DROPPED);
    expect(await since()).toEqual([]);
  });

  it('that is erased is told', async () => {
    await door.tell(other, VaultEvent.ERASED);
    expect((await since()).map(said)).toEqual(['ERASED by a tablet']);
  });
});

const acknowledge = (number: bigint, as = mine) => door.client.acknowledgeEvents({ number }, door.as(as));

const acknowledged = async () => (await list()).acknowledged;

describe('an acknowledgement', () => {
  it('is of one device, and never goes back', async () => {
    await acknowledge(2n);
    await acknowledge(1n);
    expect(await acknowledged()).toBe(2n);
    expect((await list(0n, 0, other)).acknowledged).toBe(2n);
  });

  it('ahead of time makes nobody deaf', async () => {
    await acknowledge(2n ** 64n - 1n);
    expect(await acknowledged()).toBe(2n);
    await door.tell(other, VaultEvent.OPENED);
    expect(await acknowledged()).toBe(2n);
  });

  it('is kept for a device of an earlier version’s database, which begins at the beginning', async () => {
    door.database.prepare('DELETE FROM device_use WHERE device_id = ?').run(mine.deviceId);
    expect(await acknowledged()).toBe(0n);
    await acknowledge(1n);
    expect(await acknowledged()).toBe(1n);
  });
});

describe('a database of the earlier version', () => {
  it('opens, and is of use to a front door of that version afterwards', () => {
    const insertDevice = door.database.prepare('INSERT INTO device VALUES (?, ?, ?, ?, ?)');
    insertDevice.run(randomBytes(16), mine.accountId, randomBytes(32), 'old', 1);
    const insertSession = door.database.prepare('INSERT INTO session VALUES (?, ?, ?)');
    insertSession.run(randomBytes(32), mine.deviceId, 1);
    for (const table of ['security_event', 'guess', 'device_use']) door.database.exec(`DROP TABLE ${table}`);
    door.restart();
    door.frontDoor.tend();
    const count = door.database.prepare('SELECT count(*) AS n FROM device').get();
    expect(count).toEqual({ n: 3 });
  });
});

describe('days', () => {
  it('are all that is kept of when a device was here', async () => {
    door.time += 3 * day + 5000;
    await door.renew(mine);
    const { devices } = await door.client.listDevices({}, door.as({ session: await door.renew(mine) }));
    const seen = devices.map(({ name, lastSeenDay }) => [name, Number(lastSeenDay)]);
    const signedInDay = Date.UTC(2030, 0, 1);
    expect(seen).toEqual([
      ['a tablet', signedInDay],
      ['my phone', signedInDay + 3 * day],
    ]);
    expect(toHex(devices[1]!.deviceId)).toBe(toHex(mine.deviceId));
    expect(devices.map(({ isAsking }) => isAsking)).toEqual([false, true]);
  });
});
