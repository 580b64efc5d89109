import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateFolder } from '@strongroom/archive/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences, fingerprint } from '../demo/compare.ts';
import { campaignSize } from '../tools/campaign.ts';
import { kill, moments, timeOfWork } from './kit/kill-command.ts';
import { firstDay, nextDay } from './kit/kill-days.ts';
import { KillWorld, type Print } from './kit/kill-world.ts';

// Commands are killed at moments that are spread over their work. The last finished snapshot then comes back byte for
// byte, with the keys that the device and the person have, and whoever goes on finds what was done.

const kills = campaignSize({ short: 3, long: 150 });
const daysOnEnd = campaignSize({ short: 2, long: 40 });
const timeout = 3_600_000;

// What was cut off and what goes on each end with packs that are larger than what they hold.
const stepping = 3 * 1024 * 1024;

// A snapshot when nothing changed.
const little = 10_000;

// Under another key the list of files may be cut elsewhere; then it is stored once more, in a pack of the smallest size.
const littleAndList = 1024 * 1024 + little;

// A run is not always as quick as the one that was measured.
const slower = 1.15;

/** Three days of a device, what each is, and the device after the first, and after all. */
interface Days {
  readonly folders: readonly [string, string, string];
  readonly prints: readonly [Print, Print, Print];
  readonly afterFirst: KillWorld;
  readonly afterThird: KillWorld;
}

let root: string;
let days: Days;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-kill-days-'));
  const one = await firstDay(join(root, 'day 1'));
  const two = await nextDay(one, join(root, 'day 2'), 40);
  const three = await nextDay(two, join(root, 'day 3'), 3);
  const afterFirst = await KillWorld.make();
  await afterFirst.backup(one);
  const afterThird = await afterFirst.copy();
  for (const day of [two, three]) await afterThird.backup(day);
  const prints = [await fingerprint(one), await fingerprint(two), await fingerprint(three)] as const;
  days = { folders: [one, two, three], prints, afterFirst, afterThird };
}, timeout);

afterAll(async () => {
  await days?.afterFirst.end();
  await days?.afterThird.end();
  await rm(root, { recursive: true, force: true });
});

describe('after it was killed, and then finished,', () => {
  test(
    'a backup: the last snapshot was there, and nothing is uploaded twice',
    async () => {
      const { afterFirst, folders, prints } = days;
      const key = await afterFirst.key();
      const before = await afterFirst.packs();
      const uploadedBytes = await on(afterFirst, (world) => world.backup(folders[1]));
      const command = ['backup', folders[1]];
      for await (const { world, after } of killedAt(moments(kills, 1), afterFirst, () => command)) {
        const { print } = await world.backWith(key);
        expect(editionOf(print, prints.slice(0, 2)), `killed after ${after} ms`).toBeGreaterThanOrEqual(0);
        const arrived = bytesOf(await world.packs()) - bytesOf(before);
        const sent = await world.backup(folders[1]);
        expect(arrived + sent, `killed after ${after} ms`).toBeLessThan(uploadedBytes + stepping);
        expect(differences((await world.backWith(key)).print, prints[1]), `killed after ${after} ms`).toEqual(
          [],
        );
        expect(await world.verify(), `killed after ${after} ms`).toEqual([]);
      }
    },
    timeout,
  );

  test(
    'a prune that repacks and deletes: what is kept was there, and a backup was as small as ever',
    async () => {
      const { afterThird, folders, prints } = days;
      const packs = await on(afterThird, async (world) => {
        expect(await world.prune(2)).toBeGreaterThan(0);
        return bytesOf(await world.packs());
      });
      expect(bytesOf(await afterThird.packs())).toBeGreaterThan(packs);
      const command = ['prune', '--keep-last', '2', '--now'];
      for await (const { world, after } of killedAt(moments(kills, 2), afterThird, () => command)) {
        const [last, earlier] = await world.snapshots();
        expect(differences(await world.back(last), prints[2]), `killed after ${after} ms`).toEqual([]);
        expect(differences(await world.back(earlier), prints[1]), `killed after ${after} ms`).toEqual([]);
        expect(await world.backup(folders[2]), `killed after ${after} ms`).toBeLessThan(little);
        await world.prune(3);
        expect(bytesOf(await world.packs()), `killed after ${after} ms`).toBeLessThan(packs + stepping);
        expect(await world.snapshots(), `killed after ${after} ms`).toHaveLength(3);
        expect(await world.verify(), `killed after ${after} ms`).toEqual([]);
      }
    },
    timeout,
  );

  test(
    'a change of the key: the old digits and the device opened the last snapshot',
    async () => {
      const { afterFirst, folders, prints } = days;
      const old = await afterFirst.key();
      const command = ['key', 'rotate'];
      for await (const { world, after } of killedAt(moments(kills, 3), afterFirst, () => command)) {
        expect(differences((await world.backWith(old)).print, prints[0]), `killed after ${after} ms`).toEqual(
          [],
        );
        expect(differences(await world.back(), prints[0]), `killed after ${after} ms`).toEqual([]);
        // That finishes it, if it was begun.
        expect(await world.backup(folders[0]), `killed after ${after} ms`).toBeLessThan(littleAndList);
        await world.rotate();
        const withNew = await world.backWith(await world.key());
        expect(
          [differences(withNew.print, prints[0]), withNew.isFallback],
          `killed after ${after} ms`,
        ).toEqual([[], false]);
        const withOld = await world.backWith(old);
        expect(
          [differences(withOld.print, prints[0]), withOld.isFallback],
          `killed after ${after} ms`,
        ).toEqual([[], true]);
        expect(await world.verify(), `killed after ${after} ms`).toEqual([]);
      }
    },
    timeout,
  );

  test(
    'a restore: what was there under its name was whole',
    async () => {
      const { afterThird, prints } = days;
      for await (const { world, after } of killedAt(moments(kills, 4), afterThird, restoring)) {
        const target = targetIn(world);
        const { visible, isUnderWay } = await restored(target);
        expect(wrongIn(visible, prints[2]), `killed after ${after} ms`).toEqual([]);
        // Killed after its last step, it is done: its folder is the person's.
        if (isUnderWay || visible.size < prints[2].size) await world.restoreInto(target);
        expect(differences((await restored(target)).visible, prints[2]), `killed after ${after} ms`).toEqual(
          [],
        );
      }
    },
    timeout,
  );
});

test(
  'a device whose backups are killed day after day still has its last finished one, and the next finishes',
  async () => {
    const world = await days.afterFirst.copy();
    const key = await world.key();
    const folders = [days.folders[0]];
    const prints = [days.prints[0]];
    const work = await workOf(days.afterFirst, () => ['backup', days.folders[1]]);
    let last = 0;
    for (const moment of moments(daysOnEnd, 5)) {
      folders.push(await nextDay(folders.at(-1)!, join(root, `on end ${folders.length}`), 6));
      prints.push(await fingerprint(folders.at(-1)!));
      await kill(commandOn(world, ['backup', folders.at(-1)!]), world.root, moment * work);
      const edition = editionOf((await world.backWith(key)).print, prints);
      expect(edition, `day ${folders.length}`).toBeGreaterThanOrEqual(last);
      last = edition;
    }
    await world.backup(folders.at(-1)!);
    expect(differences((await world.backWith(key)).print, prints.at(-1)!)).toEqual([]);
    expect(await world.verify()).toEqual([]);
    // What was uploaded and is in no snapshot goes with the next prune.
    await world.prune(1);
    const fresh = await KillWorld.make();
    await fresh.backup(folders.at(-1)!);
    expect(bytesOf(await world.packs())).toBeLessThan(2 * bytesOf(await fresh.packs()) + stepping);
    await Promise.all([world.end(), fresh.end()]);
  },
  timeout,
);

/** Copies of a world in which a command was killed at these moments of its work, one after the other. */
async function* killedAt(
  at: readonly number[],
  start: KillWorld,
  command: (world: KillWorld) => readonly string[],
): AsyncGenerator<{ world: KillWorld; after: number }> {
  const work = await workOf(start, command);
  let killed = 0;
  for (const moment of at) {
    const world = await start.copy();
    const after = moment * work;
    if (await kill(commandOn(world, command(world)), world.root, after)) killed++;
    yield { world, after };
    await world.end();
  }
  expect(killed).toBeGreaterThan(0);
}

function restoring(world: KillWorld): readonly string[] {
  return ['restore', targetIn(world)];
}

function targetIn(world: KillWorld): string {
  return world.path('target');
}

/** How long a command is at work at the most, milliseconds. */
async function workOf(start: KillWorld, command: (world: KillWorld) => readonly string[]): Promise<number> {
  return on(
    start,
    async (world) => slower * (await timeOfWork(commandOn(world, command(world)), world.root)),
  );
}

function commandOn({ profile }: KillWorld, command: readonly string[]): string[] {
  return [...command, '--json', '--profile', profile];
}

async function on<T>(start: KillWorld, run: (world: KillWorld) => Promise<T>): Promise<T> {
  const world = await start.copy();
  try {
    return await run(world);
  } finally {
    await world.end();
  }
}

/** Which of these it is; -1 when it is none. */
function editionOf(print: Print, editions: readonly Print[]): number {
  return editions.findIndex((edition) => differences(print, edition).length === 0);
}

/** What is in a target under its name, and whether the restore is not done yet. */
async function restored(target: string): Promise<{ visible: Print; isUnderWay: boolean }> {
  const all = await fingerprint(target).catch(() => new Map<string, string>());
  return {
    visible: new Map([...all].filter(([path]) => !path.startsWith(stateFolder))),
    isUnderWay: all.has(`${stateFolder}/state.json`),
  };
}

/** The paths of what is not as it is to be. */
function wrongIn(found: Print, expected: Print): string[] {
  return [...found].filter(([path, print]) => expected.get(path) !== print).map(([path]) => path);
}

function bytesOf(packs: ReadonlyMap<string, number>): number {
  return [...packs.values()].reduce((sum, size) => sum + size, 0);
}
