import { isStrongroomError } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import type { Archive } from '../archive.ts';
import { comesBack } from '../prune/testing.ts';
import { listSnapshots } from '../snapshot/history.ts';
import { hastyRetry } from '../testing/fixtures.ts';
import { verifyArchive } from '../verify.ts';
import { type Act, type World, acts, opened } from './acts.ts';
import { type Misfortune, type Request, UnluckyStore } from './unlucky-store.ts';

// Every request of everything that writes to an archive meets every misfortune. Afterwards the last finished snapshot
// comes back byte for byte, and the same act succeeds, sends nothing twice that has arrived, and leaves nothing damaged.

// Of so many requests one is tried in the short form, and besides it the one that makes all the others count.
const every = campaignSize({ short: 20, long: 1 });

// What was cut off and what goes on each end with packs that are larger than what they hold.
const stepping = 4 * 1024 * 1024;

interface Trial {
  readonly act: Act;
  readonly misfortune: Misfortune;
  /** The request that it happens to, counted from 0. */
  readonly at: number;
}

/** What an act is when nothing happens to it. */
interface Undisturbed {
  readonly requests: readonly Request[];
  readonly uploadedBytes: number;
}

describe.each(acts)('$name', (act) => {
  let undisturbed: Undisturbed;

  beforeAll(async () => {
    undisturbed = await inPeace(act);
  });

  test('makes every kind of request that it is to be tried with', () => {
    const kinds = new Set(undisturbed.requests.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(act.kinds);
  });

  test.each<Misfortune>(['fails', 'hangs', 'halves', 'loses its answer'])(
    'of which a request %s: nothing is lost, and doing it again finishes it',
    async (misfortune) => {
      const trials = trialsOf(act, misfortune, undisturbed);
      expect(trials.length).toBeGreaterThan(0);
      for (const trial of trials) await endure(trial, undisturbed);
    },
    3_600_000,
  );

  test.each<Misfortune>(['fails', 'halves', 'loses its answer'])(
    'of which a request %s once and is repeated: nobody notices',
    async (misfortune) => {
      for (const trial of trialsOf(act, misfortune, undisturbed)) {
        const world = await act.prepare();
        const store = new UnluckyStore(world.store, trial.at, misfortune);
        await act.perform(world, await opened(world, store, { retry: hastyRetry }), {});
        expect(store.met, `${inspect(trial)}:`).toBeDefined();
        await expectFinished(trial, world, act.snapshots);
      }
    },
    3_600_000,
  );
});

async function inPeace(act: Act): Promise<Undisturbed> {
  const world = await act.prepare();
  const store = new UnluckyStore(world.store, Infinity, 'fails');
  const uploadedBytes = await act.perform(world, await opened(world, store), {});
  return { requests: store.requests, uploadedBytes };
}

function trialsOf(act: Act, misfortune: Misfortune, { requests }: Undisturbed): Trial[] {
  const offset = misfortune.length % Math.min(every, requests.length);
  const decisive = requests.findLastIndex(storesSnapshot);
  return requests.flatMap(({ kind }, at) => {
    if (misfortune === 'halves' && kind !== 'put') return [];
    return at % every === offset || at === decisive ? [{ act, misfortune, at }] : [];
  });
}

async function endure(trial: Trial, { requests, uploadedBytes }: Undisturbed): Promise<void> {
  const { act, at, misfortune } = trial;
  const world = await act.prepare();
  const before = new Set(world.store.objects.keys());
  const met = await meet(trial, world);
  const isNewestHalf = misfortune === 'halves' && at === requests.findLastIndex(storesSnapshot);
  await expectLastBack(trial, await opened(world, world.store), isNewestHalf);

  const arrived = arrivedSince(before, world, misfortune === 'halves' ? met.name : '');
  const again = await goOn(trial, world, isNewestHalf);
  expect(arrived + again, `${inspect(trial)}:`).toBeLessThan(uploadedBytes + stepping);
  // One that had arrived when its answer was lost is followed by the next.
  await expectFinished(trial, world, act.snapshots + 1);
}

/** Performs an act that is cut off. @returns the request that it was cut off at */
async function meet(trial: Trial, world: World): Promise<Request> {
  const { act, misfortune, at } = trial;
  const stop = new AbortController();
  const store = new UnluckyStore(world.store, at, misfortune, () => stop.abort());
  const outcome: unknown = await act.perform(world, await opened(world, store), { signal: stop.signal }).then(
    () => 'nobody was told',
    (error: unknown) => (isStrongroomError(error) ? error.code : error),
  );
  expect(outcome, `${inspect(trial)}:`).toBe(misfortune === 'hangs' ? 'cancelled' : 'cloud-unreachable');
  return store.met!;
}

/** Performs it again. When the newest snapshot is half a one, only a person can say that nothing else was lost. */
async function goOn(trial: Trial, world: World, isNewestHalf: boolean): Promise<number> {
  const { act } = trial;
  const perform = async (acceptLoss: boolean): Promise<number> =>
    act.perform(world, await opened(world, world.store), { acceptLoss });
  // One under the new key is no news to whoever changes the key.
  if (!isNewestHalf || act.newKey) return perform(false);
  await expect(perform(false), `${inspect(trial)}:`).rejects.toMatchObject({ code: 'archive-damaged' });
  return perform(true);
}

/** The newest whole snapshot is the last one, or the one that was being made. */
async function expectLastBack(trial: Trial, archive: Archive, isHalf: boolean): Promise<void> {
  const { before, after } = trial.act;
  const snapshots = await listSnapshots(archive, { onProblem: letPass }).catch((error: unknown) => {
    // Nothing but half a snapshot.
    if (isHalf && before === undefined && isStrongroomError(error, 'archive-damaged')) return [];
    throw error;
  });
  const [last] = snapshots;
  if (last === undefined) return expect(before, `${inspect(trial)}:`).toBeUndefined();
  const isBefore = before !== undefined && (await comesBack(archive, last.id, before));
  expect(isBefore || (await comesBack(archive, last.id, after)), `${inspect(trial)}:`).toBe(true);
}

function letPass(): void {}

async function expectFinished(trial: Trial, world: World, mostSnapshots: number): Promise<void> {
  const { newKey, after, snapshots } = trial.act;
  const archive = await opened(world, world.store, { key: newKey });
  // The descriptor is written after the change of the key.
  if (newKey) await archive.setUnlock([{ way: 'key' }]);
  expect(await comesBack(archive, 'latest', after), `${inspect(trial)}:`).toBe(true);
  const { length } = await listSnapshots(archive);
  expect([snapshots, mostSnapshots], `${inspect(trial)}:`).toContain(length);
  const { problems } = await verifyArchive(archive, { depth: 'full' });
  expect(problems, `${inspect(trial)}:`).toEqual([]);
}

/** Bytes of the packs that have arrived, apart from one that is half a pack. */
function arrivedSince(before: ReadonlySet<string>, { store }: World, half: string): number {
  const fresh = [...store.objects].filter(([name]) => !before.has(name) && name !== half);
  return fresh.reduce((sum, [name, { length }]) => sum + (name.includes('/packs/') ? length : 0), 0);
}

function storesSnapshot({ kind, name }: Request): boolean {
  return kind === 'put' && name.includes('/snapshots/');
}

function inspect({ act, misfortune, at }: Trial): string {
  return `${act.name}: request ${at} ${misfortune}`;
}
