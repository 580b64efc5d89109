import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome, PasswordDevice } from './kit/password-device.ts';
import { differing, PasswordWorld, untilTime, writeChats } from './kit/password-world.ts';
import { refusedGuess } from './kit/profile.ts';

const password = 'plum orchard 41';
const newPassword = 'silver heron 52';

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
    world = await PasswordWorld.start({ waits: [], replacementDelay: 3 });
    first = await world.backedUp('first', password);
    second = await world.signedIn('second');
    await world.signedIn('unused');
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
    const device = await world.fresh(world.device('unused'), 'third');
    expect(await refusedGuess(device.profile, world.cloud, password)).toMatchObject({ guessesLeft: 9 });
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
    const device = await world.fresh(world.device('unused'), 'fourth');
    expect(await refusedGuess(device.profile, world.cloud, newPassword)).toMatchObject({ guessesLeft: 9 });
    expect(await device.restore(world.path('restored at last'), password)).toMatchObject({ code: 0 });
    expect(await differing(world.path('chats'), world.path('restored at last'))).toEqual([]);
  }, 120_000);
});
