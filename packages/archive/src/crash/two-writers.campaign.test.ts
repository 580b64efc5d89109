import { fromUtf8, isStrongroomError } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { type Archive, openArchive } from '../archive.ts';
import type { BackupKey } from '../format/keys.ts';
import { nodeEngine } from '../node/node-engine.ts';
import type { ObjectStore } from '../object-store.ts';
import { pruneArchive } from '../prune/prune-archive.ts';
import { publishRotated } from '../rotate/publish-rotated.ts';
import { newestSnapshot } from '../snapshot/history.ts';
import type { Snapshot, SnapshotInfo } from '../snapshot/snapshot.ts';
import { type TestArchive, backup, newArchive, noRetry, noise, phone, restore } from '../testing/fixtures.ts';
import { testKey } from '../testing/fixtures.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { verifyArchive } from '../verify.ts';
import { type Switch, Turns } from './turns.ts';

// Two devices write at once, and the turn passes from one to the other at every request. Whoever is told that something
// was made finds it in the history of what is newest in the end; whoever is not is told why, and has hidden nothing.

/** Something that a device does. @returns the snapshot that it reports to have made, if any */
type Act = (on: TestArchive, store: ObjectStore) => Promise<SnapshotInfo | undefined>;

type Outcome = PromiseSettledResult<SnapshotInfo | undefined>;

interface Race {
  readonly name: string;
  readonly on: TestArchive;
  readonly phone: Act;
  readonly tablet: Act;
  /** What whoever stops may be told. */
  readonly told: readonly string[];
  /** What a check may tell of afterwards. */
  readonly left?: readonly string[];
}

const tablet = { id: 'device-2', name: 'Tablet' };
const [key, newKey] = [testKey(7), testKey(8)] as const;
const engine = nodeEngine();

// Most of what a pack was made for is gone, so that a prune has something to repack.
const stays = { content: noise(30_000, 1) };
const filled = await newArchive({ key, engine });
await backup(filled.archive, { a: '1', stays, goes: { content: noise(90_000, 2) } });
await backup(filled.archive, { a: '2', stays });
const empty = await newArchive({ key, engine });

const backupOfPhone = backingUp('of the phone', { device: phone });
const backupOfTablet = backingUp('of the tablet', { device: tablet, takeOver: true });

const races: readonly Race[] = [
  {
    name: 'a backup, and that of another device',
    on: filled,
    phone: backupOfPhone,
    tablet: backupOfTablet,
    told: ['other-writer'],
  },
  {
    name: 'the first backups of two devices',
    on: empty,
    phone: backupOfPhone,
    tablet: backingUp('of the tablet', { device: tablet }),
    told: ['other-writer'],
  },
  {
    name: 'a prune, and a backup of another device',
    on: filled,
    phone: pruning({ deleteNow: false }),
    tablet: backupOfTablet,
    told: ['other-writer', 'rolled-back'],
  },
  {
    // That nobody else writes is what it asks for.
    name: 'a prune that deletes at once, and a backup of another device',
    on: filled,
    phone: pruning({ deleteNow: true }),
    tablet: backupOfTablet,
    told: ['other-writer', 'rolled-back', 'archive-incomplete', 'snapshot-missing'],
  },
  {
    name: 'a change of the key, and a backup of another device',
    on: filled,
    phone: rotating,
    tablet: backupOfTablet,
    told: ['other-writer', 'other-key'],
    // Whoever does not have the new key cannot tell whether anything is built on what they made, and leaves it.
    left: ['other-key'],
  },
];

describe.each(races)('$name, at once', (race) => {
  test.each(['phone', 'tablet'] as const)(
    '(the %s begins): one stops and is told so, and nothing is lost that was made',
    async (beginner) => {
      const [one, other] = beginner === 'phone' ? [race.phone, race.tablet] : [race.tablet, race.phone];
      const trials = await trialsOf(race.on, one, other);
      expect(trials.length).toBeGreaterThan(4);
      for (const trial of trials) {
        const store = new MemoryStore(race.on.store.objects);
        const act = (what: Act) => (view: ObjectStore) => what(race.on, view);
        const outcomes = await new Turns(trial).run(store, act(one), act(other));
        await expectSound(race, store, outcomes, trial);
      }
    },
    3_600_000,
  );
});

/** When the turn passes. */
async function trialsOf(on: TestArchive, one: Act, other: Act): Promise<Switch[]> {
  const [first, second] = [await requestsOf(on, one), await requestsOf(on, other)];
  const step = campaignSize({ short: Math.max(1, Math.round((first * second) / 6)), long: 1 });
  const all: Switch[] = [];
  for (let i = 0; i < first * second; i += step)
    all.push({ first: Math.floor(i / second), second: 1 + (i % second) });
  return all;
}

async function requestsOf(on: TestArchive, act: Act): Promise<number> {
  const turns = new Turns({ first: Infinity, second: 0 });
  const store = new MemoryStore(on.store.objects);
  await turns.run(
    store,
    (view) => act(on, view),
    async () => undefined,
  );
  return turns.requests.first;
}

async function expectSound(
  { on, told, left = [] }: Race,
  store: MemoryStore,
  outcomes: readonly Outcome[],
  trial: Switch,
): Promise<void> {
  const { archive, newest } = await lastState(on, store);
  const history = new Set(newest ? [newest.id, ...newest.kept.map(({ id }) => id)] : []);
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? outcome.reason : []));
  const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? (outcome.value ?? []) : []));
  for (const refusal of refusals) expect(told, `${inspect(trial)}:`).toContain(codeOf(refusal));
  for (const { id } of made) expect(history, `${inspect(trial)}:`).toContain(id);
  await expectWhole(archive, newest, left, trial);
  if (newest) await expectGoesOn(archive, newest, trial);
}

/** The archive under the key that its newest snapshot is under. */
async function lastState(
  on: TestArchive,
  store: MemoryStore,
): Promise<{ archive: Archive; newest: Snapshot | undefined }> {
  const rotated = await opened(on, store, newKey);
  const newest = await newestSnapshot(rotated, { onEarlierKey: letPass }).catch((error: unknown) => {
    if (isStrongroomError(error, 'other-key')) return undefined;
    throw error;
  });
  if (newest) return { archive: rotated, newest };
  const archive = await opened(on, store);
  return { archive, newest: await newestSnapshot(archive) };
}

function letPass(): void {}

async function expectWhole(
  archive: Archive,
  newest: Snapshot | undefined,
  left: readonly string[],
  trial: Switch,
): Promise<void> {
  if (newest) {
    const { target } = await restore(archive);
    const { content } = target.entries.get('a')!;
    expect(['2', 'of the phone', 'of the tablet'], `${inspect(trial)}:`).toContain(fromUtf8(content));
  }
  // The descriptor is written after the change of the key.
  await archive.setUnlock([{ way: 'key' }]);
  const { problems } = await verifyArchive(archive, { depth: 'full' });
  const found = problems.filter(({ error }) => !left.includes(error.code));
  expect(found, `${inspect(trial)}:`).toEqual([]);
}

/** The device that wrote last is not in its own way, and the other one is told. */
async function expectGoesOn(archive: Archive, { writer, number }: Snapshot, trial: Switch): Promise<void> {
  const [mine, other] = writer.deviceId === phone.id ? [phone, tablet] : [tablet, phone];
  await expect(backup(archive, { a: '3' }, { device: other }), `${inspect(trial)}:`).rejects.toMatchObject({
    code: 'other-writer',
  });
  const next = await backup(archive, { a: '3' }, { device: mine });
  expect(next.number, `${inspect(trial)}:`).toBe(number + 1);
}

function backingUp(a: string, options: Parameters<typeof backup>[2]): Act {
  return async (on, store) => backup(await opened(on, store), { a, stays }, options);
}

function pruning({ deleteNow }: { deleteNow: boolean }): Act {
  const policy = { last: 1, daily: 0, weekly: 0, monthly: 0 };
  return async (on, store) =>
    (await pruneArchive(await opened(on, store), { device: phone, policy, deleteNow })).newest;
}

async function rotating(on: TestArchive, store: ObjectStore): Promise<SnapshotInfo | undefined> {
  return (await publishRotated(await opened(on, store), newKey, { device: phone })).snapshot;
}

function opened({ archive }: TestArchive, store: ObjectStore, backupKey: BackupKey = key): Promise<Archive> {
  const { id: archiveId } = archive;
  return openArchive({ store, key: backupKey, archiveId, retry: noRetry, engine, withoutDescriptor: true });
}

function codeOf(error: unknown): unknown {
  return isStrongroomError(error) ? error.code : error;
}

function inspect(trial: Switch): string {
  return JSON.stringify(trial);
}
