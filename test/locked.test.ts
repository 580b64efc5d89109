import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome, PasswordDevice } from './kit/password-device.ts';
import { differing, PasswordWorld, writeChats } from './kit/password-world.ts';

const password = 'plum orchard 41';
const newPassword = 'silver heron 52';
const wrongPassword = 'nothing of these';

describe('ten wrong passwords in a row', () => {
  let world: PasswordWorld;
  let original: PasswordDevice;
  let stranger: PasswordDevice;
  let chats: string;
  /** What the stranger was told, guess by guess. */
  const told: Outcome[] = [];

  beforeAll(async () => {
    world = await PasswordWorld.start({ waits: [] }, 'folder');
    original = await world.backedUp('original', password);
    chats = world.path('chats');
    stranger = await world.signedIn('stranger');
    await world.signedIn('unused');
    for (let guess = 0; guess < 9; guess++) told.push(await stranger.restore(nowhere(), wrongPassword));
  }, 600_000);

  afterAll(() => world?.end());

  it('say how many tries are left, from nine to one', () => {
    expect(told.map(({ code }) => code)).toEqual(Array(9).fill(3));
    expect(told.map(({ error }) => error?.code)).toEqual(Array(9).fill('wrong-password'));
    expect(told.map(({ error }) => error?.details['guessesLeft'])).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(told.map(({ error }) => error?.details['waitUntil'])).toEqual(Array(9).fill(null));
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
    await writeFile(keyFile, (await original.say(['key', 'show'])).stdout);
    const target = world.path('restored by key file');
    await (await newDevice()).must(['restore', target, '--cloud', world.cloud, '--key-file', keyFile]);
    expect(await differing(chats, target)).toEqual([]);
  });

  it.each(['key-1', 'key-2', 'key-3'])(
    'leave the 64-digit key as it is, from standard input (%s)',
    async (name) => {
      const shown = (await original.say(['key', 'show'])).stdout;
      const typed = { 'key-1': shown, 'key-2': shown.replaceAll(/\s/g, ''), 'key-3': shown.toUpperCase() }[
        name
      ];
      const target = world.path(`restored by ${name}`);
      const args = ['restore', target, '--cloud', world.cloud, '--key-file', '-'];
      await (await newDevice()).must(args, typed);
      expect(await differing(chats, target)).toEqual([]);
    },
  );

  it('leave the 64-digit key as it is, on a device that never signed in', async () => {
    const key = (await original.say(['key', 'show'])).stdout;
    const target = world.path('restored signed out');
    await world
      .device('signed-out')
      .must(['restore', target, '--cloud', world.cloud, '--key-file', '-'], key);
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

describe('all wrong passwords but one, and the right one', () => {
  let world: PasswordWorld;
  let original: PasswordDevice;
  let device: PasswordDevice;
  let last: Outcome;

  beforeAll(async () => {
    world = await PasswordWorld.start({ waits: [], guessLimit: 4 });
    original = await world.backedUp('original', password);
    device = await world.signedIn('device');
    for (let guess = 0; guess < 3; guess++) await device.restore(world.path('restored'), wrongPassword);
    last = await device.restore(world.path('restored'), password);
  }, 600_000);

  afterAll(() => world?.end());

  it('open the backup', async () => {
    expect(last).toMatchObject({ code: 0 });
    expect(await differing(world.path('chats'), world.path('restored'))).toEqual([]);
  });

  it('leave a password that goes on opening it, with all tries', async () => {
    expect(await original.standing()).toMatchObject({ locked: false, guessesLeft: 4 });
    const another = await world.signedIn('another');
    expect(await another.restore(world.path('restored again'), password)).toMatchObject({ code: 0 });
    expect(await original.checkPassword(password)).toMatchObject({ code: 0 });
  });
});

describe('waits after the fifth failure', () => {
  // Long enough for the commands that must fall into the first wait.
  const [firstWait, secondWait] = [20, 3];
  let world: PasswordWorld;
  let device: PasswordDevice;

  beforeAll(async () => {
    world = await PasswordWorld.start({ waits: [firstWait, secondWait] });
    await world.backedUp('original', password);
    device = await world.signedIn('device');
    for (let guess = 0; guess < 4; guess++) await device.restore(world.path('restored'), wrongPassword);
  }, 600_000);

  afterAll(() => world?.end());

  it('make every device wait, count nothing meanwhile, and end', async () => {
    const fifth = await device.restore(world.path('restored'), wrongPassword);
    expect(fifth).toMatchObject({
      code: 3,
      error: {
        code: 'wrong-password',
        action: { do: 'wait', until: expect.any(Number) },
        details: { guessesLeft: 5, waitUntil: expect.any(Number) },
      },
    });
    const until = fifth.error!.details['waitUntil'] as number;
    expect(fifth.error!.action.until).toBe(until);
    expect(until).toBeLessThanOrEqual(Date.now() + firstWait * 1000);

    const waiting = {
      code: 5,
      error: { code: 'must-wait', details: { until, guessesLeft: 5 }, action: { do: 'wait', until } },
    };
    expect(await device.restore(world.path('restored'), password)).toMatchObject(waiting);
    expect(await device.restore(world.path('restored'), wrongPassword)).toMatchObject(waiting);
    expect(await world.device('original').checkPassword(password)).toMatchObject(waiting);
    expect(await device.standing()).toMatchObject({ guessesLeft: 5, waitUntil: until, locked: false });

    await untilTime(until);
    const sixth = await device.restore(world.path('restored'), wrongPassword);
    expect(sixth).toMatchObject({ code: 3, error: { details: { guessesLeft: 4 } } });
    const later = sixth.error!.details['waitUntil'] as number;
    expect(later).toBeGreaterThan(until + secondWait * 1000);

    await untilTime(later);
    expect(await device.restore(world.path('restored'), password)).toMatchObject({ code: 0 });
    expect(await device.standing()).toMatchObject({ guessesLeft: 10, waitUntil: null });
  }, 600_000);
});

describe('a replacement that the owner objects to', () => {
  let world: PasswordWorld;
  let owner: PasswordDevice;
  let second: PasswordDevice;

  beforeAll(async () => {
    world = await PasswordWorld.start({ waits: [], replacementDelay: 3600 });
    owner = await world.backedUp('owner', password);
    second = await world.signedIn('second');
  }, 600_000);

  afterAll(() => world?.end());

  it('waits, is shown to the owner, changes nothing, and is told of when it was cancelled', async () => {
    const contested = await second.enable(newPassword);
    expect(contested).toMatchObject({
      code: 5,
      error: { code: 'contested', action: { do: 'wait' }, details: { until: expect.any(Number) } },
    });
    const until = contested.error!.details['until'];
    expect(await owner.standing()).toMatchObject({ replacement: { committableAt: until }, guessesLeft: 10 });
    expect((await owner.say(['status'])).stdout).toContain('strongroom cancel-replacement');
    // The same command before its time: the same answer, and no later time.
    expect(await second.enable(newPassword)).toMatchObject({
      code: 5,
      error: { code: 'contested', details: { until } },
    });

    expect(await owner.must(['cancel-replacement'])).toEqual({ cancelled: true });
    expect(await owner.standing()).toMatchObject({ replacement: null, guessesLeft: 10 });
    expect(await owner.must(['cancel-replacement'])).toEqual({ cancelled: false });
    expect(await second.enable(newPassword)).toMatchObject({
      code: 1,
      error: { code: 'replacement-cancelled' },
    });
    expect(await owner.checkPassword(password)).toMatchObject({ code: 0 });
    expect(await second.enable(newPassword)).toMatchObject({ code: 5, error: { code: 'contested' } });
    expect(await owner.standing()).toMatchObject({ replacement: { committableAt: expect.any(Number) } });
  }, 600_000);
});

describe('a replacement that nobody objects to', () => {
  let world: PasswordWorld;
  let first: PasswordDevice;
  let second: PasswordDevice;
  let contested: Outcome;

  beforeAll(async () => {
    world = await PasswordWorld.start({ waits: [], replacementDelay: 5 });
    first = await world.backedUp('first', password);
    second = await world.signedIn('second');
    contested = await second.enable(newPassword);
    await untilTime(contested.error!.details['until'] as number);
  }, 600_000);

  afterAll(() => world?.end());

  it('is finished by the same command when its time has come', async () => {
    expect(contested).toMatchObject({ code: 5, error: { code: 'contested' } });
    expect(await second.enable(newPassword)).toMatchObject({ code: 0 });
    const chats = await writeChats(world.path('new chats'), 'another life');
    expect(await second.must(['backup', chats])).toMatchObject({ vaultProblem: null });
    expect(await second.checkPassword(newPassword)).toMatchObject({ code: 0 });
  }, 120_000);

  it('lets a new device restore with the new password, and not with the first one', async () => {
    const device = await world.signedIn('third');
    const withFirst = await device.restore(world.path('nothing'), password);
    expect(withFirst).toMatchObject({ code: 3, error: { code: 'wrong-password' } });
    expect(await device.restore(world.path('restored anew'), newPassword)).toMatchObject({ code: 0 });
    expect(await differing(world.path('new chats'), world.path('restored anew'))).toEqual([]);
  }, 120_000);

  it('ends the first password at the vault, while the first device still opens its own backups', async () => {
    expect(await first.checkPassword(password)).toMatchObject({ code: 3, error: { code: 'wrong-password' } });
    await first.must(['restore', world.path('restored old')]);
    expect(await differing(world.path('chats'), world.path('restored old'))).toEqual([]);
    expect(await first.must(['backup', world.path('chats')])).toMatchObject({ number: 2 });
  }, 120_000);

  it('can be answered by the first device in the same way, with the password that it typed last', async () => {
    const contested = await first.changePassword('forgotten by then 7');
    expect(contested).toMatchObject({ code: 5, error: { code: 'contested' } });
    expect(await first.must(['status'])).toMatchObject({ unfinished: 'change-of-password' });
    expect(await second.standing()).toMatchObject({ replacement: { committableAt: expect.any(Number) } });

    await untilTime(contested.error!.details['until'] as number);
    expect(await first.changePassword(password)).toMatchObject({ code: 0 });
    expect(await first.must(['status'])).toMatchObject({ unfinished: null });
    const device = await world.signedIn('fourth');
    const withSecond = await device.restore(world.path('nothing'), newPassword);
    expect(withSecond).toMatchObject({ code: 3, error: { code: 'wrong-password' } });
    expect(await device.restore(world.path('restored at last'), password)).toMatchObject({ code: 0 });
    expect(await differing(world.path('chats'), world.path('restored at last'))).toEqual([]);
  }, 120_000);
});

// The server's clock is this machine's.
async function untilTime(time: number): Promise<void> {
  while (Date.now() <= time) await sleep(time - Date.now() + 1);
}
