import { isStrongroomError } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { type Archive, openArchive } from '../archive.ts';
import type { BackupKey } from '../format/keys.ts';
import { nodeEngine } from '../node/node-engine.ts';
import type { ObjectStore } from '../object-store.ts';
import { pruneArchive } from '../prune/prune-archive.ts';
import { publishRotated } from '../rotate/publish-rotated.ts';
import { newestSnapshot } from '../snapshot/history.ts';
import type { SnapshotInfo } from '../snapshot/snapshot.ts';
import { backup, newArchive, noRetry, noise, phone, restore, testKey } from '../testing/fixtures.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { verifyArchive } from '../verify.ts';
import { Turns } from './turns.ts';

// Two devices write at once, and take turns at every request: whoever is told that a backup was made finds it in the
// history of what is newest in the end, and whoever is not, is told that another device writes.

/** Something that a device does. @returns the snapshot that it reports to have made, if any */
type Act = (store: ObjectStore) => Promise<SnapshotInfo | undefined>;

const tablet = { id: 'device-2', name: 'Tablet' };
const [key, newKey] = [testKey(7), testKey(8)] as const;
const engine = nodeEngine();

// Most of what a pack was made for is gone, so that a prune has something to repack.
const first: MemoryTree = { a: '1', stays: { content: noise(30_000, 1) }, goes: { content: noise(90_000, 2) } };
const second: MemoryTree = { a: '2', stays: { content: noise(30_000, 1) } };

const filled = await newArchive({ key, engine });
await backup(filled.archive, first);
await backup(filled.archive, second);
const empty = await newArchive({ key, engine });

const saved = (what: string, options: Partial<Parameters<typeof backup>[2]> = {}): Act => {
  const tree: MemoryTree = { ...second, a: what };
  return async (store) => backup(await opened(store), tree, options);
};
const backupOfTablet = saved('of the tablet', { device: tablet, takeOver: true });
const policy = { last: 1, daily: 0, weekly: 0, monthly: 0 };
const pruneOfPhone =
  (deleteNow: boolean): Act =>
  async (store) =>
    (await pruneArchive(await opened(store), { device: phone, policy, deleteNow })).newest;
const rotationOfPhone: Act = async (store) =>
  (await publishRotated(await opened(store), newKey, { device: phone })).snapshot;

describe.each([
  { name: 'a backup and another device’s', on: filled, phone: saved('of the phone'), tablet: backupOfTablet },
  {
    name: 'the first backups of two devices',
    on: empty,
    phone: saved('of the phone'),
    tablet: saved('of the tablet', { device: tablet }),
  },
  { name: 'a prune and a backup', on: filled, phone: pruneOfPhone(false), tablet: backupOfTablet },
  { name: 'a prune that deletes at once and a backup', on: filled, phone: pruneOfPhone(true), tablet: backupOfTablet },
  { name: 'a change of the key and a backup', on: filled, phone: rotationOfPhone, tablet: backupOfTablet },
])('$name', ({ on, phone, tablet }) => {
  test.each(['phone', 'tablet'] as const)(
    'at any turn (the %s first): one stops and says so, and nothing is lost that was reported',
    async (who) => {
      const [one, other] = who === 'phone' ? [phone, tablet] : [tablet, phone];
      const [mostOfOne, mostOfOther] = await requestsOf(on.store, one, other);
      const turns = await switches(mostOfOne, mostOfOther);
      for (const turn of turns) {
        const store = new MemoryStore(on.store.objects);
        const outcomes = await new Turns(turn).run(store, one, other);
        await expectSound(store, outcomes, JSON.stringify(turn));
      }
    },
    3_600_000,
  );
});

async function opened(store: ObjectStore, backupKey: BackupKey = key): Promise<Archive> {
  const { id } = (await on(store)).archive;
  return openArchive({ store, key: backupKey, archiveId: id, retry: noRetry, engine, withoutDescriptor: true });
}
async function on(store: ObjectStore) { 
  const f = new Set([...(filled.store.objects.keys())].map((n) => n.slice(0, 32)));
  for await (const { name } of store.list('')) return f.has(name.slice(0, 32)) ? filled : empty;
  throw new Error();
}

async function requestsOf(objects: MemoryStore, one: Act, other: Act): Promise<[number, number]> {
  const turns = new Turns({ first: Infinity, second: Infinity });
  await turns.run(new MemoryStore(objects.objects), one, other);
  return [turns.requests.first, turns.requests.second];
}
async function switches(a: number, b: number) {
  const all = [];
  for (let first = 0; first <= a; first++) for (let second = 1; second <= b; second++) if ((first * 7 + second) % (campaignSize({short: Math.max(1, Math.round(a*b/ 60)), long: 1})) === 0) all.push({ first, second });
  console.log(a, b, all.length);
  return all;
}
const tally: Record<string, number> = {};
async function expectSound(store: MemoryStore, [a, b]: PromiseSettledResult<SnapshotInfo|undefined>[], what: string) {
  const rotated = [...store.objects].some(([n, o]) => n.includes('/snapshots/') && false);
  let archive = await opened(store, newKey);
  let newest;
  try { newest = await newestSnapshot(archive, { onEarlierKey: () => undefined }); } catch { archive = await opened(store); newest = await newestSnapshot(archive, {}); }
  const names = new Set(newest ? [newest.id, ...newest.kept.map(({ id }) => id)] : []);
  const say = (r: PromiseSettledResult<SnapshotInfo|undefined>) => r.status === 'fulfilled' ? (!r.value || names.has(r.value.id) ? 'ok' : 'LOST') : r.reason.code ?? String(r.reason.stack);
  const shown = newest ? await restore(archive, 'latest').then(({target})=>new TextDecoder().decode(target.entries.get('a')!.content), (e) => e.code) : 'none';
  const { problems } = await verifyArchive(archive, { depth: 'full' });
  const k = [expect.getState().currentTestName!.slice(0,60), say(a!), say(b!), shown, problems.map((p) => p.error.code)].join(' | ');
  if (!tally[k]) console.log(k, what);
  tally[k] = (tally[k] ?? 0) + 1;
}
import { afterAll } from 'vitest';
afterAll(() => console.log(tally));
