import { setTimeout as pause } from 'node:timers/promises';
import { randomBytes } from '@strongroom/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Counting } from '../../testing/counting.ts';
import { EtcdCluster } from '../../testing/etcd-cluster.ts';
import { until } from '../../testing/until.ts';
import type { EtcdStoreOptions } from './etcd-options.ts';
import { EtcdStore } from './etcd-store.ts';

const deadline = 3000;
// What a busy machine adds to a deadline, milliseconds.
const slack = 1000;
const patient = { timeout: 15_000 };

let cluster: EtcdCluster;
let options: EtcdStoreOptions;
let stores: EtcdStore[] = [];
beforeAll(async () => {
  cluster = await EtcdCluster.start({ members: 3, network: true });
});
afterAll(() => cluster.stop());
beforeEach(() => {
  options = { ...cluster.storeOptions(), deadline, probeEvery: 100 };
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
});

/** A node whose own site is the member with an index. */
function nodeAt(index: number): EtcdStore {
  const own = cluster.endpoint(index);
  const endpoints = [own, ...cluster.endpoints.filter((endpoint) => endpoint !== own)];
  const store = new EtcdStore({ ...options, endpoints });
  stores.push(store);
  return store;
}

const isWellAtHome = (store: EtcdStore): boolean => store.health()[0]!.well;

async function timesWritten(id: Uint8Array): Promise<number> {
  const key = Buffer.concat([Buffer.from(options.prefix), id]);
  const { kvs } = await cluster.asRoot(await cluster.leader(), ({ kv }, call) => kv.range({ key }, call));
  return Number(kvs[0]?.version ?? 0);
}

interface Disturbance {
  readonly what: string;
  readonly disturb: () => Promise<() => Promise<void> | void>;
}

const disturbances: readonly Disturbance[] = [
  {
    what: 'the leader is killed',
    disturb: async () => {
      const leader = await cluster.leader();
      await cluster.kill(leader);
      return () => cluster.restart(leader);
    },
  },
  {
    what: 'the leader is paused, and goes on as if nothing had happened',
    disturb: async () => {
      const leader = await cluster.leader();
      cluster.pause(leader);
      return () => cluster.resume(leader);
    },
  },
  {
    what: 'the leader is cut off from the others, though not from its clients',
    disturb: async () => {
      cluster.isolate(await cluster.leader());
      return () => cluster.heal();
    },
  },
  {
    what: 'another member is killed',
    disturb: async () => {
      const [follower] = await cluster.followers();
      await cluster.kill(follower!);
      return () => cluster.restart(follower!);
    },
  },
];

/** Disturbs, waits until every counter has gone on by itself, and mends. */
async function disturbAndMend(disturb: Disturbance['disturb'], counters: readonly Counting[]): Promise<void> {
  await pause(200);
  const mend = await disturb();
  const before = counters.map(({ acknowledged }) => acknowledged);
  try {
    await until('further writes', async () => {
      const goneOn = counters.every(({ acknowledged }, i) => acknowledged > before[i]! + 1);
      return goneOn || undefined;
    });
  } finally {
    await mend();
  }
  await pause(200);
}

describe.for(disturbances)('in the middle of writes at all sites $what', ({ disturb }) => {
  it('nothing acknowledged is lost, nothing is written twice, and every call ends in time', async () => {
    const counters = [1, 2, 3, 1, 2, 3].map((site) => new Counting(nodeAt(site)));
    const counting = Promise.all(counters.map((counter) => counter.run()));
    const disturbing = disturbAndMend(disturb, counters);
    try {
      await Promise.race([counting, disturbing]);
    } finally {
      await Promise.allSettled([disturbing]);
      for (const counter of counters) counter.stop();
    }
    await counting;
    for (const { id, acknowledged, unknown, slowest } of counters) {
      expect(slowest).toBeLessThan(deadline + slack);
      const written = await timesWritten(id);
      expect(written).toBeGreaterThanOrEqual(acknowledged);
      expect(written).toBeLessThanOrEqual(acknowledged + unknown);
    }
  });
});

describe('without a majority', () => {
  it('nothing is read or written, in time, and everything is there when it is back', async () => {
    const [first, second] = [nodeAt(1), nodeAt(2)];
    const id = randomBytes(32);
    await first.replace(id, randomBytes(4150), undefined);
    const stored = (await second.read(id))!;
    await Promise.all([cluster.kill(2), cluster.kill(3)]);
    const started = performance.now();
    const outcomes = await Promise.allSettled([
      first.read(id),
      second.read(id),
      first.list(undefined, 10),
      first.replace(id, randomBytes(4150), stored.revision),
    ]);
    expect(performance.now() - started).toBeLessThan(deadline + slack);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    await Promise.all([cluster.restart(2), cluster.restart(3)]);
    const { revision } = (await second.read(id))!;
    expect(await first.replace(id, randomBytes(4150), revision)).toBe('committed');
    // The write of unknown outcome may have been made, once.
    expect(await timesWritten(id)).toBeLessThanOrEqual(3);
  });
});

describe('a node whose own member is cut off from the majority', () => {
  it.for(['leader', 'follower'] as const)(
    '(the %s) reads what others wrote last, and writes',
    async (role) => {
      const index = role === 'leader' ? await cluster.leader() : (await cluster.followers())[0]!;
      const [here, elsewhere] = [nodeAt(index), nodeAt((index % 3) + 1)];
      const id = randomBytes(32);
      await here.replace(id, randomBytes(4150), undefined);
      cluster.isolate(index);
      try {
        const { revision } = (await elsewhere.read(id))!;
        const newest = randomBytes(4150);
        expect(await elsewhere.replace(id, newest, revision)).toBe('committed');
        const stored = (await here.read(id))!;
        expect(stored.value).toEqual(newest);
        expect(await here.replace(id, randomBytes(4150), stored.revision)).toBe('committed');
        expect(isWellAtHome(here)).toBe(false);
      } finally {
        cluster.heal();
      }
    },
  );

  it('does not ask it again until it has found the majority, and then asks it first', async () => {
    const [index] = await cluster.followers();
    const failed: string[] = [];
    const own = cluster.endpoint(index!);
    const onError = (code: string, endpoint: string): unknown => failed.push(`${code} ${endpoint}`);
    const endpoints = [own, ...cluster.endpoints.filter((endpoint) => endpoint !== own)];
    const here = new EtcdStore({ ...options, endpoints, observer: { onError } });
    stores.push(here);
    await here.read(randomBytes(32));
    cluster.isolate(index!);
    await vi.waitFor(async () => {
      await here.read(randomBytes(32));
      expect(isWellAtHome(here)).toBe(false);
    }, patient);
    const { length } = failed;
    for (let i = 0; i < 20; i++) await here.read(randomBytes(32));
    // An election among the others apart, which is not about this member.
    expect(failed.slice(length).filter((failure) => failure.endsWith(own))).toEqual([]);
    cluster.heal();
    await vi.waitFor(() => expect(isWellAtHome(here)).toBe(true), patient);
  });
});

describe('a member that lost its disk', () => {
  it('comes back empty, gets everything from the others, and serves', async () => {
    const id = randomBytes(32);
    const value = randomBytes(4150);
    await nodeAt(1).replace(id, value, undefined);
    await cluster.replaceEmpty(1);
    const here = new EtcdStore({ ...options, endpoints: [cluster.endpoint(1)] });
    stores.push(here);
    expect((await here.read(id))?.value).toEqual(value);
    await cluster.kill(2);
    expect(await here.replace(id, randomBytes(4150), (await here.read(id))!.revision)).toBe('committed');
    await cluster.restart(2);
  });
});
