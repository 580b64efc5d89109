import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences, fingerprint } from '../demo/compare.ts';
import { change, open, standing } from './kit/crash-opener.ts';
import { armCrash, writesCounted, type CrashPoint } from './kit/crash-records.ts';
import type { PasswordDevice } from './kit/password-device.ts';
import { PasswordWorld, writeChats } from './kit/password-world.ts';

const oldPassword = 'plum orchard 41';
const newPassword = 'silver heron 52';
const nextPassword = 'amber lantern 63';
const wrongPassword = 'nothing of these';

const crashServer = fileURLToPath(new URL('kit/crash-server.ts', import.meta.url));

/** Ten tries, of which three are spent before the change. */
const spent = 3;
const leftBefore = 10 - spent;

/** What the vault writes for a change of password, and how many tries are left once that is written. */
const writes = [
  { write: 'Propose', left: leftBefore },
  { write: 'Heal', left: 10 },
  { write: 'Begin', left: 9 },
  { write: 'Finish', left: 10 },
  { write: 'Commit', left: 10 },
];

const crashPoints: readonly (CrashPoint & { name: string })[] = writes.flatMap(({ write: name }, i) => [
  { name, write: i + 1, when: 'before' as const },
  { name, write: i + 1, when: 'after' as const },
]);

/** An account with a backup, after three wrong guesses; its server is stopped. */
let before: PasswordWorld;

beforeAll(async () => {
  before = await PasswordWorld.start({ waits: [] });
  const original = await before.signedIn('original');
  expect(await original.enable(oldPassword)).toMatchObject({ code: 0 });
  await original.must(['backup', await writeChats(before.path('chats'), 'the first day')]);
  await before.signedIn('unused');
  const thief = await before.fresh(before.device('unused'), 'thief');
  for (let guess = 1; guess <= spent; guess++) {
    const opening = await open(thief.profile, before.path('nothing'), wrongPassword);
    expect(opening).toMatchObject({ opened: false, guessesLeft: 10 - guess });
  }
  await before.server.stop();
}, 300_000);

afterAll(() => before?.end());

describe.concurrent('a change of password while the server loses power', () => {
  it('is made of five writes, and ends the old password when it reports success', async () => {
    await during(await before.copy(), async (world) => {
      const crashFile = world.path('crash.json');
      await world.startServer({ program: crashServer, args: ['--crash-file', crashFile] });
      armCrash(crashFile);
      expect(await world.device('original').changePassword(newPassword)).toMatchObject({ code: 0 });

      expect(writesCounted(crashFile)).toBeGreaterThanOrEqual(3);
      expect(writesCounted(crashFile)).toBe(writes.length);
      expect(await tryPassword(world, oldPassword)).toMatchObject({ opened: false, guessesLeft: 9 });
      expect(await tryPassword(world, newPassword)).toEqual({ opened: true });
    });
  }, 120_000);

  it.each(crashPoints)(
    '$when write $write ($name): one password opens, no try comes back',
    async (point) => {
      await during(await before.copy(), async (world) => {
        await crashDuringChange(world, point);
        const settled = await world.copy();
        await during(world, (left) => whatIsLeft(left, point, { settle: false }));
        await during(settled, (left) => whatIsLeft(left, point, { settle: true }));
      });
    },
    120_000,
  );
});

describe('a change of password whose client is killed', () => {
  /** How long a change takes here, milliseconds. */
  let duration: number;

  beforeAll(async () => {
    await during(await before.copy(), async (world) => {
      await world.startServer();
      const began = performance.now();
      expect(await world.device('original').changePassword(newPassword)).toMatchObject({ code: 0 });
      duration = performance.now() - began;
    });
  }, 120_000);

  it.each(moments(10, 20_260_131))(
    'at %f of its run: one password opens, no try comes back',
    async (moment) => {
      await during(await before.copy(), async (world) => {
        await world.startServer();
        const kill = AbortSignal.timeout(Math.round(moment * duration));
        const { code } = await world.device('original').changePassword(newPassword, kill);
        await oneRuleHolds(world, { reportedSuccess: code === 0 });
      });
    },
    120_000,
  );
});

async function crashDuringChange(world: PasswordWorld, point: CrashPoint): Promise<void> {
  const crashFile = world.path('crash.json');
  const { process: server } = await world.startServer({
    program: crashServer,
    args: ['--crash-file', crashFile],
  });
  const ended = once(server, 'exit');
  armCrash(crashFile, point);
  // Whoever hears of no success must not be told of one.
  expect(await world.device('original').changePassword(newPassword)).toMatchObject({
    code: 6,
    error: { code: 'offline' },
  });
  expect(await ended).toEqual([null, 'SIGKILL']);
}

/** Restarts the server on what the crash left behind, and sees which password opens the backup. */
async function whatIsLeft(
  world: PasswordWorld,
  { write, when }: CrashPoint,
  { settle }: { settle: boolean },
): Promise<void> {
  const written = when === 'after' ? write : write - 1;
  const left = writes[written - 1]?.left ?? leftBefore;
  const committed = written === writes.length;
  const half = written > 0 && !committed;
  const [holds, ended] = committed ? [newPassword, oldPassword] : [oldPassword, newPassword];
  await world.startServer();
  const original = world.device('original');

  expect(await standing(world.device('thief').profile)).toMatchObject({ guessesLeft: left });
  expect(await open(world.device('thief').profile, world.path('nothing'), wrongPassword)).toEqual({
    opened: false,
    guessesLeft: left - 1,
    unfinishedChange: half,
  });
  if (settle) expect(await original.must(['status'])).toMatchObject({ unfinished: null });
  expect(await tryPassword(world, ended)).toEqual({
    opened: false,
    guessesLeft: left - 2,
    unfinishedChange: half && !settle,
  });
  expect(await tryPassword(world, wrongPassword, { tryUnfinished: true })).toMatchObject({
    opened: false,
    guessesLeft: left - (half && !settle ? 4 : 3),
  });
  // Somebody who remembers only the new password opens a half-made change by saying so, until it is dropped.
  expect(await tryPassword(world, ended, { tryUnfinished: true })).toMatchObject({ opened: half && !settle });
  expect(await tryPassword(world, holds)).toEqual({ opened: true });

  await change(original.profile, nextPassword);
  if (!settle) expect(await tryPassword(world, holds)).toMatchObject({ opened: false, guessesLeft: 9 });
  expect(await tryPassword(world, nextPassword)).toEqual({ opened: true });
}

/** Sees which password opens the backup, when nobody knows how far a change came. */
async function oneRuleHolds(
  world: PasswordWorld,
  { reportedSuccess }: { reportedSuccess: boolean },
): Promise<void> {
  const original = world.device('original');
  const { guessesLeft: left } = (await standing(world.device('thief').profile))!;
  expect([leftBefore, ...writes.map((written) => written.left)]).toContain(left);
  expect(await tryPassword(world, wrongPassword)).toMatchObject({ opened: false, guessesLeft: left - 1 });

  const withOld = await tryPassword(world, oldPassword);
  const withNew = await tryPassword(world, newPassword);
  expect([withOld.opened, withNew.opened]).toEqual(reportedSuccess ? [false, true] : oneOf(withOld.opened));
  const [holds, ended] = withOld.opened ? [oldPassword, newPassword] : [newPassword, oldPassword];
  expect(await original.must(['status'])).toMatchObject({ unfinished: null });
  expect(await tryPassword(world, ended, { tryUnfinished: true })).toMatchObject({ opened: false });
  expect(await tryPassword(world, holds)).toEqual({ opened: true });

  await change(original.profile, nextPassword);
  expect(await tryPassword(world, holds)).toMatchObject({ opened: false, guessesLeft: 9 });
  expect(await tryPassword(world, nextPassword)).toEqual({ opened: true });
}

function oneOf(first: boolean): [boolean, boolean] {
  return [first, !first];
}

let devices = 0;

/** Restores with a password on a new device, which must then have every byte. */
async function tryPassword(
  world: PasswordWorld,
  password: string,
  options: { tryUnfinished?: boolean } = {},
): ReturnType<typeof open> {
  const device: PasswordDevice = await world.fresh(world.device('unused'), `new-${devices++}`);
  const target = world.path(`restored on ${device.name}`);
  const opening = await open(device.profile, target, password, options);
  if (opening.opened)
    expect(differences(await fingerprint(before.path('chats')), await fingerprint(target))).toEqual([]);
  return opening;
}

async function during(world: PasswordWorld, run: (world: PasswordWorld) => Promise<void>): Promise<void> {
  try {
    await run(world);
  } finally {
    await world.end();
  }
}

/** Moments of a run, from 0 to 1, one in each of so many equal parts of it. */
function moments(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    // Numerical Recipes' generator: the same moments in every run.
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Number(((i + seed / 2 ** 32) / count).toFixed(3));
  });
}
