import { randomBytes, type Bytes } from '@strongroom/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EtcdCluster } from '../../testing/etcd-cluster.ts';
import { TcpLine } from '../../testing/tcp-line.ts';
import { until } from '../../testing/until.ts';
import { OutcomeUnknown } from '../store-errors.ts';
import type { EtcdStoreOptions } from './etcd-options.ts';
import { EtcdStore } from './etcd-store.ts';

const deadline = 1000;
const id = new Uint8Array(32).fill(7);

let cluster: EtcdCluster;
beforeAll(async () => {
  cluster = await EtcdCluster.start();
});
afterAll(() => cluster.stop());

let options: EtcdStoreOptions;
let lines: readonly [TcpLine, TcpLine];
/** Reaches the member over two bad lines. */
let store: EtcdStore;
/** Another node, which reaches it well. */
let other: EtcdStore;
beforeEach(async () => {
  options = { ...cluster.storeOptions(), deadline, probeEvery: 20, forgetWithin: 60_000 };
  const port = Number(new URL(cluster.endpoint(1)).port);
  lines = [await TcpLine.to(port), await TcpLine.to(port)];
  store = new EtcdStore({ ...options, endpoints: lines.map((line) => `https://127.0.0.1:${line.port}`) });
  other = new EtcdStore(options);
  // Both lines have carried something: they break in the middle of things.
  lines[0].state = 'refusing';
  await store.read(id);
  lines[0].state = 'open';
  await allWell();
});
afterEach(async () => {
  for (const line of lines) {
    line.cut();
    line.state = 'open';
  }
  await Promise.all([store.close(), other.close()]);
  await Promise.all(lines.map((line) => line.close()));
});

async function allWell(): Promise<void> {
  await until('health', async () => store.health().every(({ well }) => well) || undefined);
}

async function seenByOthers(value: Bytes): Promise<number> {
  return vi.waitFor(async () => {
    const stored = await other.read(id);
    expect(stored?.value).toEqual(value);
    return stored!.revision;
  });
}

/** How often the record was written. */
async function timesWritten(): Promise<number> {
  const key = Buffer.concat([Buffer.from(options.prefix), id]);
  const { kvs } = await cluster.asRoot(1, ({ kv }, call) => kv.range({ key }, call));
  return Number(kvs[0]?.version ?? 0);
}

/** What is there once everything that was held has had its time. */
async function arrivedLate(): Promise<{ value: Bytes | undefined; times: number }> {
  await allWell();
  await store.read(id);
  return { value: (await other.read(id))?.value, times: await timesWritten() };
}

async function timed<T>(work: Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work;
  } finally {
    // Half a second for a busy machine.
    expect(performance.now() - started).toBeLessThan(deadline + 500);
  }
}

const [mine, theirs] = [randomBytes(4150), randomBytes(4150)];

describe('a write whose answer is lost', () => {
  it('is committed when the next endpoint says that it is there, and is there once', async () => {
    lines[0].state = 'losing answers';
    expect(await timed(store.replace(id, mine, undefined))).toBe('committed');
    expect(await timesWritten()).toBe(1);
  });

  it('is committed when the connection broke, too', async () => {
    lines[0].state = 'losing answers';
    const writing = store.replace(id, mine, undefined);
    await seenByOthers(mine);
    lines[0].cut();
    expect(await timed(writing)).toBe('committed');
    expect(await timesWritten()).toBe(1);
  });

  it('is committed also when another node has written on top of it', async () => {
    lines[0].state = 'losing answers';
    lines[1].state = 'holding requests';
    const writing = store.replace(id, mine, undefined);
    const revision = await seenByOthers(mine);
    expect(await other.replace(id, theirs, revision)).toBe('committed');
    expect(await other.replace(id, randomBytes(10), (await other.read(id))!.revision)).toBe('committed');
    lines[1].state = 'open';
    expect(await timed(writing)).toBe('committed');
    expect(await timesWritten()).toBe(3);
  });

  it('is of unknown outcome when the history that would tell is forgotten', async () => {
    lines[0].state = 'losing answers';
    lines[1].state = 'holding requests';
    const refusal = timed(store.replace(id, mine, undefined)).catch((error: unknown) => error);
    const revision = await seenByOthers(mine);
    await other.replace(id, theirs, revision);
    const { revision: now } = (await other.read(id))!;
    await cluster.asRoot(1, ({ kv }, call) => kv.compact({ revision: BigInt(now), physical: true }, call));
    lines[1].state = 'open';
    expect(await refusal).toBeInstanceOf(OutcomeUnknown);
  });

  it('is of unknown outcome when nothing answers in time: it may be there', async () => {
    for (const line of lines) line.state = 'losing answers';
    const writing = timed(store.replace(id, mine, undefined));
    await expect(writing).rejects.toBeInstanceOf(OutcomeUnknown);
    await expect(writing).rejects.toMatchObject({ code: 'unavailable', cause: { name: 'EtcdFailure' } });
    await seenByOthers(mine);
    expect(await timesWritten()).toBe(1);
  });
});

describe('a write that is held up on the way', () => {
  it('is a conflict when another node was faster, and stays one when it arrives', async () => {
    lines[0].state = 'holding requests';
    const writing = store.replace(id, mine, undefined);
    expect(await other.replace(id, theirs, undefined)).toBe('committed');
    expect(await timed(writing)).toBe('conflict');
    lines[0].state = 'open';
    await store.read(id);
    await expect(arrivedLate()).resolves.toEqual({ value: theirs, times: 1 });
  });

  it('is committed over the other line, and not a second time when it arrives', async () => {
    lines[0].state = 'holding requests';
    expect(await timed(store.replace(id, mine, undefined))).toBe('committed');
    const { revision } = (await other.read(id))!;
    await other.replace(id, theirs, revision);
    lines[0].state = 'open';
    await expect(arrivedLate()).resolves.toEqual({ value: theirs, times: 2 });
  });

  it('is of unknown outcome although nothing is there yet: it may still arrive', async () => {
    for (const line of lines) line.state = 'holding requests';
    await expect(timed(store.replace(id, mine, undefined))).rejects.toBeInstanceOf(OutcomeUnknown);
    expect(await other.read(id)).toBeUndefined();
    for (const line of lines) line.state = 'open';
    await seenByOthers(mine);
  });
});

describe('a write that was surely not sent', () => {
  it('fails plainly when no endpoint can be reached', async () => {
    for (const line of lines) line.state = 'refusing';
    // A connection that has just broken may have carried it.
    await expect(store.read(id)).rejects.toMatchObject({ code: 'unavailable' });
    const writing = timed(store.replace(id, mine, undefined));
    await expect(writing).rejects.toMatchObject({ code: 'unavailable', cause: { code: 'unreachable' } });
    await expect(writing).rejects.not.toBeInstanceOf(OutcomeUnknown);
    expect(await other.read(id)).toBeUndefined();
  });
});

describe('a read', () => {
  it('is asked again elsewhere when its answer is lost', async () => {
    await other.replace(id, theirs, undefined);
    lines[0].state = 'losing answers';
    expect((await timed(store.read(id)))?.value).toEqual(theirs);
  });

  it('fails in time when nothing answers', async () => {
    for (const line of lines) line.state = 'losing answers';
    const reading = [timed(store.read(id)), timed(store.list(undefined, 10))];
    for (const outcome of await Promise.allSettled<unknown>(reading))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
  });
});
