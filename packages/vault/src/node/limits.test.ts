import { Code } from '@connectrpc/connect';
import { fromRpcError, notApplied, sealRequest } from '@strongroom/protocol';
import { create, toBinary } from '@bufbuild/protobuf';
import { ServeRequestSchema, VaultRequestSchema } from '@strongroom/wire/vault';
import { afterEach, describe, expect, it } from 'vitest';
import { OutcomeUnknown, storeUnavailable } from '../records/store-errors.ts';
import { newDevice, type TestDevice } from '../testing/index.ts';
import { SteeredStore } from '../testing/steered-store.ts';
import { TestNode } from '../testing/test-node.ts';

// Of a machine that does many other things.
const patience = { timeout: 20_000 };

let node: TestNode;
let store: SteeredStore;
afterEach(() => node.remove());

async function start(limits: object): Promise<TestDevice> {
  store = new SteeredStore();
  node = await TestNode.start({ config: { limits }, wrapStore: (inner) => store.over(inner) });
  const device = newDevice(node);
  // The keys for Propose are made with the first request.
  await device.describe(1);
  return device;
}

function hold(operation: 'read' | 'replace'): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  store[operation] = async (run) => {
    await promise;
    return run();
  };
  return () => {
    store[operation] = (run) => run();
    resolve();
  };
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('the size of a request', () => {
  it('is limited, and a larger one is not read', async () => {
    const device = await start({ requestBytes: 8192 });
    const request = create(ServeRequestSchema, { sealedRequest: new Uint8Array(8193) });
    expect(await errorOf(node.client.serve(request))).toMatchObject({ code: Code.ResourceExhausted });
    await device.describe(1);
  });
});

describe('concurrency', () => {
  it('is limited: some wait for their turn, more are refused as surely not applied', async () => {
    const device = await start({ concurrency: 2, queue: 1 });
    const release = hold('read');
    const waiting = [device.describe(1), device.describe(1), device.describe(1)];
    await expect.poll(() => node.metric('queued_requests'), patience).toBe(1);
    expect(await node.metric('running_requests')).toBe(2);
    const refused = await errorOf(device.describe(1));
    expect(refused).toMatchObject({ code: Code.Unavailable });
    expect(notApplied(refused)?.retryAfter).toBeGreaterThan(0);
    release();
    await Promise.all(waiting);
    expect(await node.metric('requests_total', { kind: 'unopened', outcome: 'overloaded' })).toBe(1);
    await expect.poll(() => node.metric('open_requests'), patience).toBe(0);
    await device.describe(1);
  });
});

describe('the deadline', () => {
  it('of a request that was not written yet: it is surely not applied, and never will be', async () => {
    const device = await start({ deadlineSeconds: 0.3 });
    const dealt = await device.register('mint garage 42');
    const release = hold('read');
    let writes = 0;
    store.replace = (run) => {
      writes += 1;
      return run();
    };
    const guess = device.newGuess('wrong', dealt).beginRequest(device.vault(1).vaultId);
    const refused = await errorOf(device.send(1, guess));
    expect(refused).toMatchObject({ code: Code.Unavailable });
    expect(notApplied(refused)).toBeDefined();
    release();
    await expect.poll(() => node.metric('running_requests'), patience).toBe(0);
    expect(writes).toBe(0);
    expect((await device.describe(1)).failuresSinceOpening).toBe(0);
    expect(await node.metric('deadlines_total')).toBe(1);
  });

  it('of a request that is being written: nobody claims that it was not applied, and it keeps its place', async () => {
    const device = await start({ deadlineSeconds: 0.3, concurrency: 1, queue: 0 });
    const dealt = await device.register('mint garage 42');
    const release = hold('replace');
    const guess = device.newGuess('wrong', dealt).beginRequest(device.vault(1).vaultId);
    const late = await errorOf(device.send(1, guess));
    expect(late).toMatchObject({ code: Code.DeadlineExceeded });
    expect(notApplied(late)).toBeUndefined();
    expect(fromRpcError(late, '').code).toBe('unavailable');
    expect(notApplied(await errorOf(device.describe(1)))).toBeDefined();
    release();
    await expect.poll(() => node.metric('running_requests'), patience).toBe(0);
    expect((await device.send(1, guess)).case).toBe('begun');
    expect((await device.describe(1)).failuresSinceOpening).toBe(1);
  });

  it('of a request that waits for its turn', async () => {
    const device = await start({ deadlineSeconds: 0.3, concurrency: 1, queue: 5 });
    const release = hold('read');
    const errors = await Promise.all([errorOf(device.describe(1)), errorOf(device.describe(1))]);
    expect(errors.map((error) => notApplied(error) !== undefined)).toEqual([true, true]);
    release();
    await device.describe(1);
    expect(await node.metric('queued_requests')).toBe(0);
  });

  it('that whoever asks brings along counts too', async () => {
    const device = await start({});
    const release = hold('read');
    const { vaultId } = device.vault(1);
    const request = await node.serveRequest(device.accountId, vaultId, await sealedDescribe(device));
    expect(await errorOf(node.client.serve(request, { timeoutMs: 200 }))).toMatchObject({
      code: Code.DeadlineExceeded,
    });
    await expect.poll(() => node.metric('deadlines_total'), patience).toBe(1);
    release();
  });
});

describe('errors of the store', () => {
  it('tell whether the request may have been applied', async () => {
    const device = await start({});
    const dealt = await device.register('mint garage 42');
    const begin = (): Promise<unknown> =>
      errorOf(device.send(1, device.newGuess('wrong', dealt).beginRequest(device.vault(1).vaultId)));
    const cases = [
      { error: storeUnavailable(new Error('away')), code: Code.Unavailable, surely: true },
      { error: new OutcomeUnknown(new Error('away')), code: Code.DeadlineExceeded, surely: false },
      { error: new Error('disk I/O error'), code: Code.Internal, surely: false },
    ];
    for (const { error, code, surely } of cases) {
      store.replace = () => Promise.reject(error);
      const told = await begin();
      expect(told).toMatchObject({ code });
      expect(notApplied(told) !== undefined).toBe(surely);
      expect(JSON.stringify(told)).not.toContain('disk');
    }
    store.read = () => Promise.reject(new Error('disk I/O error'));
    expect(notApplied(await begin())).toBeDefined();
  });
});

describe('the rate of a tenant', () => {
  it('is limited, with a hint when to come back', async () => {
    const device = await start({ perTenantPerSecond: 1 });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => errorOf(device.describe(1))));
    const limited = outcomes.filter((outcome) => outcome instanceof Error);
    expect(limited.length).toBeGreaterThan(0);
    for (const error of limited) {
      expect(error).toMatchObject({ code: Code.ResourceExhausted });
      expect(notApplied(error)?.retryAfter).toBeGreaterThan(0);
      expect(fromRpcError(error, '')).toMatchObject({ code: 'too-many-requests' });
    }
    expect(await node.metric('rate_limited_total', { tenant: 'acme' })).toBe(limited.length);
  });

  it('is used up by nobody else: a token that does not hold counts for no tenant', async () => {
    const device = await start({ perTenantPerSecond: 1 });
    for (let i = 0; i < 5; i++) await errorOf(node.client.serve({ sealedRequest: new Uint8Array(10) }));
    expect(await node.metric('tenant_requests_total', { tenant: 'acme' })).toBe(1);
    expect(device.tenant).toBe('acme');
  });
});

async function sealedDescribe(device: TestDevice): Promise<Uint8Array> {
  const { vaultId, hpkePublicKey } = device.vault(1);
  const request = create(VaultRequestSchema, { request: { case: 'describe', value: {} } });
  const { tenant, accountId } = device;
  const plaintext = toBinary(VaultRequestSchema, request);
  const sealed = await sealRequest({
    hpkePublicKey,
    keyId: new Uint8Array(),
    vaultId,
    tenant,
    accountId,
    plaintext,
  });
  return sealed.sealedRequest;
}
