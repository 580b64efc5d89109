import { cp, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome, PasswordDevice } from './kit/password-device.ts';
import { differing, PasswordWorld, writeChats } from './kit/password-world.ts';

const password = 'plum orchard 41';
const wrongPassword = 'nothing of these';
const timeout = 300_000;

/** An account with a backup on a device. Its server is stopped: others begin with a copy. */
let before: PasswordWorld;

beforeAll(async () => {
  before = await PasswordWorld.make({ waits: [] });
  await before.serveHere();
  await before.backedUp('first', password);
  await before.signedIn('second');
  await before.signedIn('third');
  await before.server.stop();
}, timeout);

afterAll(() => before?.end());

describe('two devices that back up into one archive', () => {
  let world: PasswordWorld;
  let first: PasswordDevice;
  let second: PasswordDevice;
  /** What each of them keeps. */
  let [onFirst, onSecond] = ['', ''];

  beforeAll(async () => {
    world = await before.copy();
    await world.startServer();
    [first, second] = [world.device('first'), world.device('second')];
    [onFirst, onSecond] = [world.path('chats'), world.path('chats of the second')];
  }, timeout);

  afterAll(() => world?.end());

  it(
    'the second restores, and takes over with its first backup',
    async () => {
      expect(await second.restore(onSecond, password)).toMatchObject({ code: 0 });
      expect(await differing(onFirst, onSecond)).toEqual([]);
      await writeChats(onSecond, 'a day with the second');
      expect(await second.must(['backup', onSecond])).toMatchObject({ number: 2, vaultProblem: null });
    },
    timeout,
  );

  it(
    'the first then stops, and has changed nothing',
    async () => {
      await writeChats(onFirst, 'a day with the first');
      const objects = world.path('server', 'cloud');
      await cp(objects, world.path('cloud before'), { recursive: true });
      const refused = await first.run(['backup', onFirst]);
      expect(refused).toMatchObject({
        code: 1,
        error: { code: 'other-writer', action: { do: 'ask-user' }, details: { device: expect.any(String) } },
      });
      expect(await differing(objects, world.path('cloud before'))).toEqual([]);
      expect(await numbers(first)).toEqual([2, 1]);
    },
    timeout,
  );

  it(
    'the first goes on when it is told to take over, and then the second stops',
    async () => {
      expect(await first.must(['backup', onFirst, '--take-over'])).toMatchObject({
        number: 3,
        vaultProblem: null,
      });
      expect(await first.must(['backup', onFirst])).toMatchObject({ number: 4 });
      expect(await second.run(['backup', onSecond])).toMatchObject({
        code: 1,
        error: { code: 'other-writer' },
      });
    },
    timeout,
  );

  it(
    'both list and restore the snapshots of either',
    async () => {
      expect(await numbers(first)).toEqual([4, 3, 2, 1]);
      expect(await numbers(second)).toEqual([4, 3, 2, 1]);
      const [, , ofSecond] = await snapshots(first);
      await first.must(['restore', world.path('back to the second'), '--snapshot', ofSecond!.id]);
      expect(await differing(onSecond, world.path('back to the second'))).toEqual([]);
      await second.must(['restore', world.path('newest'), '--cloud', world.cloud]);
      expect(await differing(onFirst, world.path('newest'))).toEqual([]);
    },
    timeout,
  );
});

describe('two devices that guess at the same time', () => {
  let world: PasswordWorld;
  /** What both were told. */
  let told: Outcome[];

  beforeAll(async () => {
    world = await before.copy({ waits: [], guessLimit: 8 });
    await world.startServer();
    const guessTwice = async (device: PasswordDevice): Promise<Outcome[]> => {
      const guess = (): Promise<Outcome> => device.restore(world.path(device.name, 'chats'), wrongPassword);
      return [await guess(), await guess()];
    };
    told = (await Promise.all([world.device('second'), world.device('third')].map(guessTwice))).flat();
  }, timeout);

  afterAll(() => world?.end());

  it(
    'are told of different numbers of tries left: every guess is counted',
    async () => {
      expect(told.map(({ code }) => code)).toEqual(Array(4).fill(3));
      const left = told.map(({ error }) => error?.details['guessesLeft'] as number);
      expect(left.toSorted((a, b) => b - a)).toEqual([7, 6, 5, 4]);
      expect(await world.device('first').standing()).toMatchObject({
        guessesLeft: 4,
        failuresSinceOpening: 4,
      });
    },
    timeout,
  );

  it(
    'get no guess more when they race for the last ones',
    async () => {
      const profiles = [1, 2, 3, 4, 5, 6].map((number) => `racer ${number}`);
      const racers = await Promise.all(profiles.map((name) => world.fresh(world.device('second'), name)));
      const outcomes = await Promise.all(
        racers.map((racer) => racer.restore(world.path(racer.name, 'chats'), wrongPassword)),
      );
      const left = outcomes.flatMap(({ error }) =>
        error?.code === 'wrong-password' ? [Number(error.details['guessesLeft'])] : [],
      );
      expect(left.toSorted((a, b) => b - a)).toEqual([3, 2, 1, 0]);
      expect(outcomes.filter(({ error }) => error?.code === 'locked')).toHaveLength(2);
      expect(await world.device('second').restore(world.path('chats 2'), password)).toMatchObject({
        code: 5,
        error: { code: 'locked' },
      });
    },
    timeout,
  );
});

describe('a cloud that is put back to an older state', () => {
  let world: PasswordWorld;
  let original: PasswordDevice;
  let fresh: PasswordDevice;
  let chats: string;

  beforeAll(async () => {
    world = await PasswordWorld.start({ waits: [] }, 'folder');
    original = await world.backedUp('original', password);
    chats = world.path('chats');
    await cp(world.path('cloud'), world.path('old cloud'), { recursive: true });
    await cp(chats, world.path('old chats'), { recursive: true });
    await writeChats(chats, 'the second day');
    await original.must(['backup', chats]);
    await rm(world.path('cloud'), { recursive: true });
    await cp(world.path('old cloud'), world.path('cloud'), { recursive: true });
    fresh = await world.signedIn('fresh');
  }, timeout);

  afterAll(() => world?.end());

  it(
    'is noticed by a new device, which the vault tells of the newest backup',
    async () => {
      const target = world.path('restored');
      expect(await fresh.restore(target, password)).toMatchObject({
        code: 1,
        error: { code: 'rolled-back', details: { seen: 2, found: 1 } },
      });
      expect(await fresh.restore(target, password, '--accept-older')).toMatchObject({ code: 0 });
      expect(await differing(world.path('old chats'), target)).toEqual([]);
    },
    timeout,
  );

  it(
    'is noticed by the device that made the backup, and backed up to when the loss is accepted',
    async () => {
      expect(await original.run(['backup', chats])).toMatchObject({
        code: 1,
        error: { code: 'rolled-back', details: { seen: 2, found: 1 } },
      });
      expect(await numbers(original)).toEqual([1]);
      expect(await original.must(['backup', chats, '--accept-loss'])).toMatchObject({
        number: 3,
        vaultProblem: null,
      });
      expect(await numbers(original)).toEqual([3, 1]);
      const device = await world.signedIn('another');
      expect(await device.restore(world.path('restored at last'), password)).toMatchObject({ code: 0 });
      expect(await differing(chats, world.path('restored at last'))).toEqual([]);
    },
    timeout,
  );
});

interface Snapshot {
  readonly id: string;
  readonly number: number;
}

async function snapshots(device: PasswordDevice): Promise<Snapshot[]> {
  return (await device.must(['snapshots']))['snapshots'] as Snapshot[];
}

async function numbers(device: PasswordDevice): Promise<number[]> {
  return (await snapshots(device)).map(({ number }) => number);
}
