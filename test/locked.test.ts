import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome, PasswordDevice } from './kit/password-device.ts';
import { differing, PasswordWorld, untilTime, writeChats } from './kit/password-world.ts';
import { refusedGuess, type Refused } from './kit/profile.ts';

const password = 'plum orchard 41';
const newPassword = 'silver heron 52';
const wrongPassword = 'nothing of these';

describe('ten wrong passwords in a row', () => {
  let world: PasswordWorld;
  let original: PasswordDevice;
  let stranger: PasswordDevice;
  let chats: string;
  /** What the stranger was told by the command: the first time, and the ninth. */
  const told: Outcome[] = [];
  /** What was said of the vault in between. */
  const between: Refused[] = [];
  /** As `key show` prints it. */
  let key: string;

  beforeAll(async () => {
    world = await PasswordWorld.start({ waits: [] }, 'folder');
    original = await world.backedUp('original', password);
    chats = world.path('chats');
    key = (await original.say(['key', 'show'])).stdout;
    stranger = await world.signedIn('stranger');
    await world.signedIn('unused');
    told.push(await stranger.restore(nowhere(), wrongPassword));
    for (let guess = 1; guess < 8; guess++)
      between.push(await refusedGuess(stranger.profile, world.cloud, wrongPassword));
    told.push(await stranger.restore(nowhere(), wrongPassword));
  }, 600_000);

  afterAll(() => world?.end());

  it('say how many tries are left, from nine to one', () => {
    expect(told.map(({ code }) => code)).toEqual([3, 3]);
    expect(told.map(({ error }) => error?.code)).toEqual(Array(2).fill('wrong-password'));
    const [first, ninth] = told.map(({ error }) => error!.details);
    const said = [first!, ...between, ninth!];
    expect(said.map(({ guessesLeft }) => guessesLeft)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(said.map(({ waitUntil }) => waitUntil)).toEqual(Array(9).fill(null));
  });

  it('end with one that says that it was the last', async () => {
    const args = ['restore', nowhere(), '--cloud', world.cloud, '--password-file', '-'];
    const { code, stderr } = await stranger.say(args, `${wrongPassword}\n`);
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('That was the last try'),
    });
  });

  it('lock the right password out, on every device', async () => {
    const locked = { code: 5, error: { code: 'locked' } };
    expect(await stranger.restore(nowhere(), password)).toMatchObject(locked);
    expect(await (await newDevice()).restore(nowhere(), password)).toMatchObject(locked);
    expect(await original.checkPassword(password)).toMatchObject(locked);
  });

  it('show in the status of the original device', async () => {
    expect(await original.standing()).toMatchObject({ registered: true, locked: true, guessesLeft: 0 });
    expect((await original.say(['status'])).stdout).toMatch(/Locked: .*change-password/);
  });

  it('leave the 64-digit key as it is, from a file', async () => {
    const keyFile = world.path('key.txt');
    await writeFile(keyFile, key);
    const target = world.path('restored by key file');
    await (await newDevice()).must(['restore', target, '--cloud', world.cloud, '--key-file', keyFile]);
    expect(await differing(chats, target)).toEqual([]);
  });

  it('leave it as it is, typed without spaces, in capitals, on a device that never signed in', async () => {
    const target = world.path('restored signed out');
    const args = ['restore', target, '--cloud', world.cloud, '--key-file', '-'];
    await world.device('signed-out').must(args, key.replaceAll(/\s/g, '').toUpperCase());
    expect(await differing(chats, target)).toEqual([]);
  });

  it('do not stop the original device from backing up, which says that a new password must be chosen', async () => {
    await writeChats(chats, 'the second day');
    expect(await original.must(['backup', chats])).toMatchObject({
      number: 2,
      locked: true,
      vaultProblem: null,
    });
    const { code, stderr } = await original.say(['backup', chats]);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/Choose a new.*change-password/),
    });
  });

  it('end when the original device sets a new password, which has all tries', async () => {
    expect(await original.changePassword(newPassword)).toMatchObject({ code: 0 });
    expect(await original.standing()).toMatchObject({ locked: false, guessesLeft: 10 });
    const device = await newDevice();
    const oldOne = await device.restore(nowhere(), password);
    expect(oldOne).toMatchObject({ code: 3, error: { code: 'wrong-password', details: { guessesLeft: 9 } } });
    const target = world.path('restored by new password');
    expect(await device.restore(target, newPassword)).toMatchObject({ code: 0 });
    expect(await differing(chats, target)).toEqual([]);
  });

  let devices = 0;
  function newDevice(): Promise<PasswordDevice> {
    return world.fresh(world.device('unused'), `new-${devices++}`);
  }

  function nowhere(): string {
    return world.path('nothing here');
  }
});

describe('waits after the fifth failure', () => {
  // Long enough for the commands that must fall into the first wait.
  const [firstWait, secondWait] = [20, 3];
  let world: PasswordWorld;
  let original: PasswordDevice;
  let device: PasswordDevice;

  beforeAll(async () => {
    world = await PasswordWorld.start({ waits: [firstWait, secondWait], guessLimit: 7 });
    original = await world.backedUp('original', password);
    device = await world.signedIn('device');
    for (let guess = 0; guess < 4; guess++) await refusedGuess(device.profile, world.cloud, wrongPassword);
  }, 600_000);

  afterAll(() => world?.end());

  it('make every device wait, count nothing meanwhile, and end', async () => {
    const others = await Promise.all(['one', 'another'].map((name) => world.fresh(device, name)));
    const fifth = await device.restore(world.path('restored'), wrongPassword);
    expect(fifth).toMatchObject({
      code: 3,
      error: {
        code: 'wrong-password',
        action: { do: 'wait', until: expect.any(Number) },
        details: { guessesLeft: 2, waitUntil: expect.any(Number) },
      },
    });
    const until = fifth.error!.details['waitUntil'] as number;
    expect(fifth.error!.action.until).toBe(until);
    expect(until).toBeLessThanOrEqual(Date.now() + firstWait * 1000);

    const waiting = {
      code: 5,
      error: { code: 'must-wait', details: { until, guessesLeft: 2 }, action: { do: 'wait', until } },
    };
    // At once, so that on a busy machine, too, all of them fall into the wait.
    const [right, wrong, checked] = await Promise.all([
      others[0]!.restore(world.path('restored'), password),
      others[1]!.restore(world.path('nothing here'), wrongPassword),
      original.checkPassword(password),
    ]);
    for (const outcome of [right, wrong, checked]) expect(outcome).toMatchObject(waiting);
    expect(await device.standing()).toMatchObject({ guessesLeft: 2, waitUntil: until, locked: false });

    await untilTime(until);
    const sixth = await device.restore(world.path('restored'), wrongPassword);
    expect(sixth).toMatchObject({ code: 3, error: { details: { guessesLeft: 1 } } });
    const later = sixth.error!.details['waitUntil'] as number;
    expect(later).toBeGreaterThan(until + secondWait * 1000);
    await untilTime(later);
  }, 600_000);

  it('leave the right password to open the backup, though it is the last try', async () => {
    expect(await device.restore(world.path('restored'), password)).toMatchObject({ code: 0 });
    expect(await differing(world.path('chats'), world.path('restored'))).toEqual([]);
    expect(await device.standing()).toMatchObject({ locked: false, guessesLeft: 7, waitUntil: null });
  }, 120_000);

  it('leave a password that goes on opening it, with all tries', async () => {
    const another = await world.signedIn('a new one');
    expect(await another.restore(world.path('restored again'), password)).toMatchObject({ code: 0 });
    expect(await original.checkPassword(password)).toMatchObject({ code: 0 });
    expect(await original.standing()).toMatchObject({ locked: false, guessesLeft: 7 });
  }, 120_000);
});
