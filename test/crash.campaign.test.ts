import { deepEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { campaignSize } from '../tools/campaign.ts';
import { change, open, standing, tryChange, unfinished, type Opening } from './kit/crash-opener.ts';
import { armCrash, writesCounted, type CrashPoint } from './kit/crash-records.ts';
import type { Outcome } from './kit/password-device.ts';
import { differing, PasswordWorld, writeChats } from './kit/password-world.ts';

const oldPassword = 'plum orchard 41';
const newPassword = 'silver heron 52';
const nextPassword = 'amber lantern 63';
const wrongPassword = 'nothing of these';

const crashServer = fileURLToPath(new URL('kit/crash-server.ts', import.meta.url));
const timeout = 300_000;

/** Tries left when the change begins: three of ten were wasted. */
const leftBefore = 7;

/** What the vault writes for a change of password, and how many tries are left once that is written. */
const writes = [
  { name: 'Propose', left: leftBefore },
  // Whoever has the key vouches for all that was guessed before.
  { name: 'Heal', left: 10 },
  { name: 'Begin', left: 9 },
  { name: 'Finish', left: 10 },
  { name: 'Commit', left: 10 },
];

// Before a write the same is there as after the one before it: in the short form after each, and before the first.
const whole = campaignSize({ short: 1, long: 2 }) === 2;
const crashPoints: readonly (CrashPoint & { name: string })[] = writes.flatMap(({ name }, i) => [
  ...(whole || i === 0 ? [{ name, write: i + 1, when: 'before' as const }] : []),
  { name, write: i + 1, when: 'after' as const },
]);

/** An account with a backup, after three wrong guesses. Its server is stopped: every test has a copy. */
let before: PasswordWorld;

beforeAll(async () => {
  before = await PasswordWorld.make({ waits: [] });
  await before.serveHere();
  await before.backedUp('original', oldPassword);
  const unused = await before.signedIn('unused');
  const thief = await before.fresh(unused, 'thief');
  const guesses: Opening[] = [];
  while (guesses.length < 3) guesses.push(await open(thief.profile, before.path('nothing'), wrongPassword));
  deepEqual(guesses.map(triesLeft), [9, 8, leftBefore]);
  await before.server.stop();
}, timeout);

afterAll(() => before?.end());

describe.concurrent('a change of password while the server loses power', () => {
  it(
    'is made of five writes, and ends the old password when it reports success',
    () =>
      during(before, async (world) => {
        const crashFile = world.path('crash.json');
        await world.startServer({ program: crashServer, args: ['--crash-file', crashFile] });
        armCrash(crashFile);
        expect(await world.device('original').changePassword(newPassword)).toMatchObject({ code: 0 });

        expect(writesCounted(crashFile)).toBeGreaterThanOrEqual(3);
        expect(writesCounted(crashFile)).toBe(writes.length);
        expect(await tryPassword(world, oldPassword)).toEqual(wrong(9));
        expect(await tryPassword(world, newPassword)).toEqual({ opened: true });
      }),
    timeout,
  );

  it.each(crashPoints)(
    '$when write $write ($name): one password opens, no try comes back',
    (point) =>
      during(before, async (world) => {
        // Whoever cannot know that it succeeded is not told so.
        const { profile } = world.device('original');
        expect(await crashDuring(world, point, () => tryChange(profile, newPassword))).toBe('offline');

        for (const settle of looksAt(point)) {
          const found = await during(world, (copy) => lookAt(copy, point, { settle }));
          expect({ settle, ...found }).toEqual({ settle, ...whatMustBeLeft(point, { settle }) });
        }
      }),
    timeout,
  );
});

describe('a first password for a backup that had only its key', () => {
  it(
    'is offered to new devices, though the server lost power right after it was set',
    async () => {
      const world = await PasswordWorld.make({ waits: [] });
      try {
        await world.serveHere();
        const original = await world.signedIn('original');
        const unused = await world.signedIn('unused');
        await original.must(['enable', '--method', 'key', '--cloud', world.cloud]);
        await original.must(['backup', await writeChats(world.path('chats'), 'the first day')]);
        // The vault makes its first keys, which is not to be counted below.
        await standing(unused.profile);
        await world.server.stop();
        // Where nothing opened before, Commit comes right after Propose.
        const change = (): Promise<Outcome> => original.changePassword(newPassword);
        expect(await crashDuring(world, { write: 2, when: 'after' }, change)).toMatchObject({
          code: 6,
          error: { code: 'offline' },
        });
        await world.serveHere();
        expect(await original.must(['status'])).toMatchObject({ unfinished: null, ways: { password: true } });
        const target = world.path('restored');
        await unused.must(['restore', target, '--cloud', world.cloud], `${newPassword}\n`);
        expect(await differing(world.path('chats'), target)).toEqual([]);
      } finally {
        await world.end();
      }
    },
    timeout,
  );
});

describe('a guess while the server loses power', () => {
  it.each([
    { when: 'before' as const, left: leftBefore },
    { when: 'after' as const, left: leftBefore - 1 },
  ])(
    '$when it is counted: $left tries are left, and no answer came',
    ({ when, left }) =>
      during(before, async (world) => {
        const guess = (): Promise<Outcome> =>
          world.device('thief').restore(world.path('nothing'), wrongPassword);
        const outcome = await crashDuring(world, { write: 1, when }, guess);
        expect(outcome).toMatchObject({ code: 6, error: { code: 'offline' } });
        await world.serveHere();
        expect(await standing(world.device('thief').profile)).toMatchObject({ guessesLeft: left });
      }),
    timeout,
  );
});

describe('a change of password whose client is killed', () => {
  /** How long a change takes here, milliseconds. */
  let duration: number;

  beforeAll(async () => {
    await during(before, async (world) => {
      await world.serveHere();
      const began = performance.now();
      deepEqual((await world.device('original').changePassword(newPassword)).code, 0);
      duration = performance.now() - began;
    });
  }, timeout);

  it.each(moments(campaignSize({ short: 4, long: 100 }), 20_260_131))(
    'at %f of its run: one password opens, no try comes back',
    (moment) =>
      during(before, async (world) => {
        const original = world.device('original');
        await world.serveHere();
        const kill = AbortSignal.timeout(Math.round(moment * duration));
        const reportedSuccess = (await original.changePassword(newPassword, kill)).code === 0;

        const { guessesLeft: left } = (await standing(world.device('thief').profile))!;
        expect([leftBefore, ...writes.map((written) => written.left)]).toContain(left);
        expect(triesLeft(await tryPassword(world, wrongPassword))).toBe(left - 1);
        const withNew = await tryPassword(world, newPassword);
        const withOld = await tryPassword(world, oldPassword);
        expect(withNew.opened).toBe(!withOld.opened);
        expect(withNew.opened).toBe(withNew.opened || reportedSuccess);

        const [holds, ended] = withNew.opened ? [newPassword, oldPassword] : [oldPassword, newPassword];
        expect(await unfinished(original.profile)).toBeNull();
        expect(await tryPassword(world, ended, { tryUnfinished: true })).toMatchObject({ opened: false });
        expect(await tryPassword(world, holds)).toEqual({ opened: true });
        await change(original.profile, nextPassword);
        expect(await tryPassword(world, holds)).toEqual(wrong(9));
        expect(await tryPassword(world, nextPassword)).toEqual({ opened: true });
      }),
    timeout,
  );
});

/** As it was left, and after the device that began the change settled it: in the short form one of them in turn. */
function looksAt({ write, when }: CrashPoint): readonly boolean[] {
  if (whole) return [false, true];
  return [(write % 2 === 0) === (when === 'before')];
}

/** What is found when the server is up again. */
interface Findings {
  readonly triesLeft: number | undefined;
  readonly wrong: Opening;
  /** The password that must not open it. */
  readonly ended: Opening;
  /** Two wrong tries, if there are two registrations. */
  readonly wrongOnBoth: Opening;
  /** The same password, said to belong to a change that was interrupted. */
  readonly endedOnBoth: boolean;
  /** The password that must open it. */
  readonly holds: Opening;
  /** One that is set after all this. */
  readonly next: Opening;
}

function whatMustBeLeft(point: CrashPoint, { settle }: { settle: boolean }): Findings {
  const { left, half } = progress(point);
  // Two registrations can be tried until the device that began the change drops it.
  const open = half && !settle;
  return {
    triesLeft: left,
    wrong: wrong(left - 1, half),
    ended: wrong(left - 2, open),
    wrongOnBoth: wrong(open ? left - 4 : left - 3),
    endedOnBoth: open,
    holds: { opened: true },
    next: { opened: true },
  };
}

async function lookAt(
  world: PasswordWorld,
  point: CrashPoint,
  { settle }: { settle: boolean },
): Promise<Findings> {
  const { holds, ended } = progress(point);
  const original = world.device('original');
  const tryUnfinished = true;
  await world.serveHere();
  const left = (await standing(world.device('thief').profile))?.guessesLeft;
  const wrong = await open(world.device('thief').profile, world.path('nothing'), wrongPassword);
  if (settle) deepEqual(await unfinished(original.profile), null);
  const found = {
    triesLeft: left,
    wrong,
    ended: await tryPassword(world, ended),
    wrongOnBoth: await tryPassword(world, wrongPassword, { tryUnfinished }),
    endedOnBoth: (await tryPassword(world, ended, { tryUnfinished })).opened,
    holds: await tryPassword(world, holds),
  };
  await change(original.profile, nextPassword);
  return { ...found, next: await tryPassword(world, nextPassword) };
}

/** How far the change came, and what that means. */
function progress({ write, when }: CrashPoint): {
  left: number;
  half: boolean;
  holds: string;
  ended: string;
} {
  const written = when === 'after' ? write : write - 1;
  const done = written === writes.length;
  return {
    left: writes[written - 1]?.left ?? leftBefore,
    half: written > 0 && !done,
    holds: done ? newPassword : oldPassword,
    ended: done ? oldPassword : newPassword,
  };
}

/** Does something while the server kills itself. */
async function crashDuring<T>(
  world: PasswordWorld,
  point: CrashPoint,
  command: () => Promise<T>,
): Promise<T> {
  const crashFile = world.path('crash.json');
  const program = { program: crashServer, args: ['--crash-file', crashFile] };
  const { process: server } = await world.startServer(program);
  const ended = once(server, 'exit');
  armCrash(crashFile, point);
  const outcome = await command();
  deepEqual(await ended, [null, 'SIGKILL']);
  return outcome;
}

let devices = 0;

/** Restores with a password on a new device, which must then have every byte. */
async function tryPassword(
  world: PasswordWorld,
  password: string,
  options: { tryUnfinished?: boolean } = {},
): Promise<Opening> {
  const { name, profile } = await world.fresh(world.device('unused'), `new-${devices++}`);
  const target = world.path(`restored on ${name}`);
  const opening = await open(profile, target, password, options);
  if (opening.opened) deepEqual(await differing(world.path('chats'), target), []);
  return opening;
}

function wrong(guessesLeft: number, unfinishedChange = false): Opening {
  return { opened: false, guessesLeft, unfinishedChange };
}

function triesLeft(opening: Opening): number | undefined {
  return opening.opened ? undefined : opening.guessesLeft;
}

/** Runs something in a copy of a world that is not running. */
async function during<T>(world: PasswordWorld, run: (copy: PasswordWorld) => Promise<T>): Promise<T> {
  const copy = await world.copy();
  try {
    return await run(copy);
  } finally {
    await copy.end();
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
