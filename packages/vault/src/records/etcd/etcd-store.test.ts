import { setTimeout as pause } from 'node:timers/promises';
import { randomBytes, Secret, type Bytes } from '@strongroom/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EtcdCluster } from '../../testing/etcd-cluster.ts';
import { until } from '../../testing/until.ts';
import { OutcomeUnknown } from '../store-errors.ts';
import { EtcdConnection, type EtcdTls } from './connection.ts';
import type { EtcdObserver, EtcdStoreOptions } from './etcd-options.ts';
import { EtcdStore } from './etcd-store.ts';

const id = new Uint8Array(32).fill(7);

let cluster: EtcdCluster;
beforeAll(async () => {
  cluster = await EtcdCluster.start({ arguments: ['--auth-token-ttl=1'] });
});
afterAll(() => cluster.stop());

let options: EtcdStoreOptions;
let opened: EtcdStore[];
beforeEach(() => {
  options = { ...cluster.storeOptions(), forgetWithin: 60_000 };
  opened = [];
});
afterEach(() => Promise.all(opened.map((store) => store.close())));

function open(unusual: Partial<EtcdStoreOptions> = {}): EtcdStore {
  const store = new EtcdStore({ ...options, ...unusual });
  opened.push(store);
  return store;
}

async function overwrite(store: EtcdStore, value: Bytes): Promise<number> {
  expect(await store.replace(id, value, (await store.read(id))?.revision)).toBe('committed');
  return (await store.read(id))!.revision;
}

const keyOf = (of: Bytes): Bytes => new Uint8Array(Buffer.concat([Buffer.from(options.prefix), of]));

/** What etcd tells anybody about the record as it was. */
async function readAt(revision: number): Promise<Uint8Array | undefined> {
  const request = { key: keyOf(id), revision: BigInt(revision) };
  const { kvs } = await cluster.asRoot(1, ({ kv }, call) => kv.range(request, call));
  return kvs[0]?.value;
}

describe('a revision', () => {
  it('is of one write: it never fits what was deleted and made again', async () => {
    const store = open();
    const revision = await overwrite(store, randomBytes(100));
    await cluster.asRoot(1, ({ kv }, call) => kv.deleteRange({ key: keyOf(id) }, call));
    expect(await store.read(id)).toBeUndefined();
    expect(await store.replace(id, randomBytes(100), revision)).toBe('conflict');
    expect(await overwrite(store, randomBytes(100))).toBeGreaterThan(revision);
    expect(await store.replace(id, randomBytes(100), revision)).toBe('conflict');
  });

  it('lets one of several nodes win', async () => {
    const nodes = [open(), open(), open()];
    const revision = await overwrite(nodes[0]!, randomBytes(100));
    const values = Array.from({ length: 30 }, () => randomBytes(4150));
    const outcomes = await Promise.all(values.map((value, i) => nodes[i % 3]!.replace(id, value, revision)));
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
    expect((await nodes[1]!.read(id))?.value).toEqual(values[outcomes.indexOf('committed')]);
  });
});

describe('an acknowledged write', () => {
  it('is there after every member was killed', async () => {
    const store = open({ deadline: 1000 });
    const value = randomBytes(4150);
    await overwrite(store, value);
    await cluster.kill(1);
    await expect(store.read(id)).rejects.toMatchObject({ code: 'unavailable' });
    await cluster.restart(1);
    expect((await store.read(id))?.value).toEqual(value);
  });
});

describe('a token', () => {
  it('that is no longer good is renewed, and nobody notices', async () => {
    const errors: string[] = [];
    const store = open({ observer: { onError: (code) => errors.push(code) } });
    const revision = await overwrite(store, randomBytes(100));
    // Tokens of this cluster live for a second.
    await pause(2500);
    const both = await Promise.all([store.read(id), store.replace(id, randomBytes(100), revision)]);
    expect(both).toMatchObject([{}, 'committed']);
    expect(errors).toEqual([]);
  });

  it('is not given for a wrong password: nothing is tried again and nothing read', async () => {
    const errors: string[] = [];
    const user = { name: 'vault', password: new Secret('a guess') };
    const store = open({ user, observer: { onError: (code) => errors.push(code) } });
    const failing = store.read(id);
    await expect(failing).rejects.toMatchObject({
      code: 'unavailable',
      cause: {
        code: 'not-authenticated',
        cause: { message: expect.stringContaining('authentication failed') },
      },
    });
    await expect(failing.catch((error: unknown) => JSON.stringify(error))).resolves.not.toContain('a guess');
    await expect(store.replace(id, randomBytes(9), undefined)).rejects.not.toBeInstanceOf(OutcomeUnknown);
    expect(errors).toEqual(['not-authenticated', 'not-authenticated']);
  });
});

describe('whoever is not let in', () => {
  let others: EtcdTls | undefined;
  beforeAll(async () => {
    const other = await EtcdCluster.start();
    others = other.storeOptions().tls;
    await other.stop();
  });

  it('has no password', async () => {
    const { user: _, ...anonymous } = options;
    const store = new EtcdStore(anonymous);
    await expect(store.read(id)).rejects.toMatchObject({ cause: { code: 'not-permitted' } });
    await store.close();
  });

  it('comes with a certificate of another authority', async () => {
    const { authority } = options.tls!;
    const store = open({ tls: { ...others!, authority }, deadline: 300 });
    await expect(store.read(id)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is an etcd whose certificate is of another authority', async () => {
    const { authority } = others!;
    const store = open({ tls: { ...options.tls!, authority }, deadline: 300 });
    await expect(store.read(id)).rejects.toMatchObject({ cause: { code: 'unreachable' } });
  });

  it('reads and writes outside the prefix of its role', async () => {
    const store = open({ prefix: 'elsewhere/' });
    const refusal = { code: 'unavailable', cause: { code: 'not-permitted' } };
    await expect(store.read(id)).rejects.toMatchObject(refusal);
    await expect(store.list(undefined, 1)).rejects.toMatchObject(refusal);
    await expect(store.replace(id, randomBytes(9), undefined)).rejects.toMatchObject(refusal);
  });

  it('has a client’s certificate and speaks to members as if it were one', async () => {
    const { members } = await cluster.asRoot(1, ({ cluster }, call) => cluster.memberList({}, call));
    const connection = new EtcdConnection(members[0]!.peerUrls[0]!, options.tls);
    await expect(connection.maintenance.status({}, { timeoutMs: 1000 })).rejects.toThrow(/certificate|self/);
    connection.close();
  });
});

const quickly = (observer: EtcdObserver): Partial<EtcdStoreOptions> => ({ forgetWithin: 100, observer });

describe('forgetting', () => {
  it('makes old values unreadable for everybody, and keeps the newest', async () => {
    const onForgotten = vi.fn<(revision: number) => void>();
    const store = open(quickly({ onForgotten }));
    const [old, newest] = [randomBytes(4150), randomBytes(4150)];
    const first = await overwrite(store, old);
    const second = await overwrite(store, newest);
    await vi.waitFor(() => expect(onForgotten).toHaveBeenCalled());
    const third = await overwrite(store, randomBytes(4150));
    // Somebody who may ask etcd sees what was overwritten, until it is forgotten.
    expect(await readAt(second)).toEqual(new Uint8Array(newest));
    await store.forgetOldValues();
    await vi.waitFor(() => expect(onForgotten).toHaveBeenCalledTimes(2));
    for (const revision of [first, second])
      await expect(readAt(revision)).rejects.toThrow('required revision has been compacted');
    expect((await store.read(id))?.revision).toBe(third);
  });

  it('answers at once, and forgets what many asked for together', async () => {
    const onForgotten = vi.fn<(revision: number) => void>();
    const store = open(quickly({ onForgotten }));
    await vi.waitFor(() => expect(onForgotten).toHaveBeenCalledTimes(1));
    for (let i = 0; i < 40; i++) {
      await overwrite(store, randomBytes(100));
      void store.forgetOldValues();
      if (onForgotten.mock.calls.length > 1) break;
    }
    await store.close();
    expect(onForgotten.mock.calls.length).toBeLessThanOrEqual(4);
    await expect(readAt(onForgotten.mock.calls.at(-1)![0] - 1)).rejects.toThrow('compacted');
  });

  it('is done by the next process when one was killed before', async () => {
    const killed = open({ forgetWithin: 3_600_000 });
    const revision = await overwrite(killed, randomBytes(100));
    await overwrite(killed, randomBytes(100));
    await killed.forgetOldValues();
    expect(await readAt(revision)).toBeDefined();
    const onForgotten = vi.fn<(revision: number) => void>();
    open(quickly({ onForgotten }));
    await vi.waitFor(() => expect(onForgotten).toHaveBeenCalled());
    await expect(readAt(revision)).rejects.toThrow('compacted');
  });

  it('bears that another node has done it', async () => {
    const observers = [vi.fn<(revision: number) => void>(), vi.fn<(revision: number) => void>()];
    const onError = vi.fn<(code: string) => void>();
    const nodes = observers.map((onForgotten) => open(quickly({ onForgotten, onError })));
    await overwrite(nodes[0]!, randomBytes(100));
    await Promise.all(nodes.map((node) => node.forgetOldValues()));
    await vi.waitFor(() => {
      for (const onForgotten of observers) expect(onForgotten).toHaveBeenCalled();
    });
    expect(onError).not.toHaveBeenCalled();
  });
});

describe('defragmentation', () => {
  it('gives free pages back, and is for etcd’s root alone', async () => {
    const endpoint = cluster.endpoint(1);
    const store = open({ forgetWithin: 50 });
    await expect(store.defragment(endpoint)).rejects.toMatchObject({ code: 'not-authorised' });
    const size = async (): Promise<bigint> =>
      (await cluster.asRoot(1, ({ maintenance }, call) => maintenance.status({}, call))).dbSize;
    for (let i = 0; i < 200; i++) await overwrite(store, randomBytes(4150));
    await store.forgetOldValues();
    const operator = open({ user: cluster.rootOptions().user! });
    const before = await size();
    await until('a smaller database', async () => {
      await operator.defragment(endpoint);
      return (await size()) < before - 400_000n || undefined;
    });
    expect(await store.read(id)).toBeDefined();
  });

  it('is refused for a member that is not the store’s', async () => {
    await expect(open().defragment('https://127.0.0.1:1')).rejects.toThrow(RangeError);
  });
});

describe('an observer', () => {
  it('hears how long commits took, and of conflicts nothing', async () => {
    const onCommit = vi.fn<(milliseconds: number) => void>();
    const store = open({ observer: { onCommit } });
    await store.replace(id, randomBytes(100), undefined);
    await store.replace(id, randomBytes(100), undefined);
    expect(onCommit.mock.calls).toEqual([[expect.any(Number)]]);
    expect(onCommit.mock.calls[0]![0]).toBeGreaterThan(0);
  });
});

describe('a cluster whose disks are full', () => {
  it('refuses writes at once, never says that they were not made, and is still read', async () => {
    const full = await EtcdCluster.start({ arguments: ['--quota-backend-bytes=500000'] });
    const store = new EtcdStore({ ...full.storeOptions(), deadline: 5000 });
    const written = randomBytes(4150);
    await store.replace(id, written, undefined);
    const started = performance.now();
    const filling = async (): Promise<void> => {
      for (let i = 0; i < 500; i++) await store.replace(randomBytes(32), randomBytes(4150), undefined);
    };
    const error: unknown = await filling().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OutcomeUnknown);
    expect(error).toMatchObject({ cause: { code: 'no-space' } });
    expect((await store.read(id))?.value).toEqual(written);
    expect(performance.now() - started).toBeLessThan(5000);
    await store.close();
    await full.stop();
  });
});

describe('a closed store', () => {
  it('reads and writes nothing', async () => {
    const store = open();
    await store.close();
    await store.close();
    await expect(store.read(id)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.list(undefined, 1)).rejects.toMatchObject({ code: 'unavailable' });
    const writing = store.replace(id, randomBytes(9), undefined);
    await expect(writing).rejects.toMatchObject({ code: 'unavailable' });
    await expect(writing).rejects.not.toBeInstanceOf(OutcomeUnknown);
  });
});
