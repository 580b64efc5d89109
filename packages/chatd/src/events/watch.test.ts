import { openFrontDoorDatabase } from '../database.ts';
import { SecurityEventKind, type WatchEventsResponse } from '@strongroom/wire/front-door';
import { VaultEvent } from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, TestFrontDoor, type TestDevice } from '../front-door.fixture.ts';
import { SESSION_LIFETIME } from '../sessions.ts';
import { EventStreams } from './event-streams.ts';

const phone = '+491701234567';
let door: TestFrontDoor;
let mine: TestDevice;
let other: TestDevice;
let stop: AbortController;
beforeEach(async () => {
  stop = new AbortController();
  door = await TestFrontDoor.open();
  mine = await door.signIn(phone, 'my phone');
  other = await door.signIn(phone, 'a tablet');
});
afterEach(() => {
  stop.abort();
  door.close();
});

/** A stream that is read one message at a time. */
class Watching {
  readonly #messages: AsyncIterator<WatchEventsResponse>;

  constructor(device: TestDevice, client = door.client) {
    const stream = client.watchEvents({}, { ...door.as(device), signal: stop.signal });
    this.#messages = stream[Symbol.asyncIterator]();
  }

  /** What comes next: `heartbeat`, the kind of an event, or `end`. */
  async next(): Promise<string> {
    const { value, done } = await this.#messages.next();
    if (done === true) return 'end';
    const { message } = value;
    return message.case === 'event' ? SecurityEventKind[message.value.kind] : String(message.case);
  }

  /** How it fails. */
  async failure(): Promise<string> {
    return (await errorOf(this.#messages.next())).code;
  }
}

const opened = async (device = mine, client = door.client): Promise<Watching> => {
  const watching = new Watching(device, client);
  expect(await watching.next()).toBe('heartbeat');
  return watching;
};

describe('a stream of events', () => {
  it('begins with what was not acknowledged, and goes on with what happens', async () => {
    const watching = await opened();
    expect(await watching.next()).toBe('DEVICE_SIGNED_IN');
    const next = watching.next();
    await door.tell(other, VaultEvent.OPENED);
    expect(await next).toBe('BACKUP_OPENED');
  });

  it('of a new device begins with what happens after it signed in', async () => {
    const watching = await opened(other);
    await door.tell(mine, VaultEvent.ERASED);
    expect(await watching.next()).toBe('ERASED');
  });

  it('sends again what was not acknowledged, and nothing that was', async () => {
    await door.tell(other, VaultEvent.OPENED);
    for (let i = 0; i < 2; i++) {
      const watching = await opened();
      expect([await watching.next(), await watching.next()]).toEqual(['DEVICE_SIGNED_IN', 'BACKUP_OPENED']);
    }
    await door.client.acknowledgeEvents({ number: 2n }, door.as(mine));
    expect(await (await opened()).next()).toBe('BACKUP_OPENED');
  });

  it('hears of what another process records, when it looks', async () => {
    const elsewhere = openFrontDoorDatabase(door.path);
    try {
      const [second, client] = door.start(elsewhere);
      const watching = await opened(other, client);
      const next = watching.next();
      await door.tell(mine, VaultEvent.OPENED);
      second.tend();
      expect(await next).toBe('BACKUP_OPENED');
      second.endStreams();
      expect(await watching.next()).toBe('end');
    } finally {
      elsewhere.close();
    }
  });

  it('is refused without a session', async () => {
    expect(
      await new Watching({ ...mine, session: { ...mine.session!, token: '0'.repeat(64) } }).failure(),
    ).toBe('signed-out');
  });

  it('ends when its device is removed', async () => {
    const watching = await opened(other);
    const failure = watching.failure();
    await door.client.revokeDevice({ deviceId: other.deviceId }, door.as(mine));
    expect(await failure).toBe('signed-out');
    expect(door.frontDoor.streams).toBe(0);
  });

  it('ends with its session', async () => {
    const watching = await opened(other);
    const failure = watching.failure();
    door.time += SESSION_LIFETIME;
    const session = await door.renew(mine);
    await door.tell({ session }, VaultEvent.OPENED);
    expect(await failure).toBe('signed-out');
  });

  it('ends, when the process stops, without an error', async () => {
    const watching = await opened(other);
    const next = watching.next();
    door.frontDoor.endStreams();
    expect(await next).toBe('end');
  });

  it('of a device that asks for more and more takes the place of its oldest', async () => {
    const first = await opened(other);
    const ended = first.next();
    for (let i = 0; i < 20; i++) await opened(other);
    expect(await ended).toBe('end');
    expect(door.frontDoor.streams).toBe(4);
  });

  it('that somebody leaves is forgotten', async () => {
    const watching = await opened(other);
    const failure = watching.failure();
    stop.abort();
    await failure;
    while (door.frontDoor.streams > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(door.frontDoor.streams).toBe(0);
  });
});

const caller = (account: number, device: number) => ({
  accountId: new Uint8Array(16).fill(account),
  deviceId: new Uint8Array(16).fill(device),
});
const code = (open: () => unknown): Promise<string> =>
  errorOf(Promise.resolve().then(open)).then((error) => error.code);

describe('the limits of streams', () => {
  it('are of an account, and of the process', async () => {
    const streams = new EventStreams({ perDevice: 1, perAccount: 2, perProcess: 3 }, () => 5);
    streams.open(caller(1, 1));
    streams.open(caller(1, 2));
    expect(await code(() => streams.open(caller(1, 3)))).toBe('too-many-requests');
    const last = streams.open(caller(2, 1));
    expect(await code(() => streams.open(caller(3, 1)))).toBe('unavailable');
    streams.close(last);
    streams.close(last);
    expect(streams.count).toBe(2);
    streams.open(caller(3, 1));
    // The place of its own.
    streams.open(caller(1, 2));
    expect(streams.count).toBe(3);
  });

  it('wake nobody in vain, and lose no call', async () => {
    const streams = new EventStreams({ perDevice: 1, perAccount: 2, perProcess: 3 }, () => 5);
    const stream = streams.open(caller(1, 1));
    const { signal } = new AbortController();
    streams.wake(caller(1, 1).accountId);
    expect(await stream.next(60_000, signal)).toBe('woken');
    streams.wake(caller(2, 1).accountId);
    expect(await stream.next(1, signal)).toBe('quiet');
    expect(await stream.next(60_000, AbortSignal.abort())).toBe('ended');
  });
});
