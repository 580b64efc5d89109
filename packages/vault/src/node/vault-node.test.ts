import { randomBytes, toHex } from '@strongroom/core';
import { notApplied } from '@strongroom/protocol';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { createClient } from '@connectrpc/connect';
import { ServeRequestSchema, VaultService } from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSoftwareHsm } from '../hsm/software/software-hsm.ts';
import type { RecordStore } from '../records/record-store.ts';
import { storeUnavailable } from '../records/store-errors.ts';
import { day, newDevice } from '../testing/index.ts';
import { SteeredStore } from '../testing/steered-store.ts';
import { TestNode } from '../testing/test-node.ts';

// Of a machine that does many other things.
const patience = { timeout: 20_000 };

let node: TestNode;
afterEach(() => node.remove());

describe('a vault node', () => {
  beforeEach(async () => {
    node = await TestNode.start();
  });

  it('registers a password and gives the backup key back, over HTTP/2', async () => {
    const device = newDevice(node);
    const dealt = await device.register('mint garage 42');
    expect(await device.open('wrong', dealt)).toBe('wrong-password');
    expect(await device.open('mint garage 42', dealt)).toBe(toHex(dealt.backupKey));
  });

  it('is the same vault as another node over the same store and HSM, whichever is asked', async () => {
    const other = await node.beside();
    expect(other.directory).toEqual(node.directory);
    const device = newDevice(node);
    const dealt = await device.register('mint garage 42');
    await device.open('wrong', dealt);
    const elsewhere = newDevice(other, device.accountId);
    expect((await elsewhere.describe(1)).failuresSinceOpening).toBe(1);
    expect(await elsewhere.open('mint garage 42', dealt)).toBe(toHex(dealt.backupKey));
    await other.stop();
  });

  it('is the same after it was started again', async () => {
    const device = newDevice(node);
    const dealt = await device.register('mint garage 42');
    await node.stop();
    node = await node.beside();
    expect(await newDevice(node, device.accountId).open('mint garage 42', dealt)).toBe(
      toHex(dealt.backupKey),
    );
  });

  it.for([
    ['Connect', createConnectTransport],
    ['gRPC', createGrpcTransport],
    ['gRPC-Web', createGrpcWebTransport],
  ] as const)('speaks %s', async ([, transport]) => {
    const client = createClient(VaultService, transport({ baseUrl: node.node.url, httpVersion: '2' }));
    await expect(client.serve({})).rejects.toMatchObject({ code: Code.PermissionDenied });
  });

  it('marks what it refuses before the rules run as surely not applied', async () => {
    const { vaultId } = node.directory.vaults[0]!;
    const garbage = await node.serveRequest(randomBytes(16), vaultId, randomBytes(5238));
    for (const request of [create(ServeRequestSchema), garbage]) {
      const error: unknown = await node.client.serve(request).catch((error: unknown) => error);
      expect(notApplied(error)).toBeDefined();
    }
  });
});

describe('the admin address', () => {
  it('says that the node lives and is ready', async () => {
    node = await TestNode.start();
    expect(await node.admin('/healthz')).toEqual({ status: 200, body: 'alive\n' });
    expect(await node.admin('/readyz')).toEqual({ status: 200, body: 'ready\n' });
    expect((await node.admin('/elsewhere')).status).toBe(404);
    expect((await node.admin('/readyz', { method: 'POST' })).status).toBe(405);
    expect(await node.metric('ready')).toBe(1);
  });

  it('says that the store fails, and that it is back', async () => {
    const store = new SteeredStore();
    node = await TestNode.start({ wrapStore: (inner) => store.over(inner) });
    store.read = () => Promise.reject(new Error('no store'));
    await expect.poll(() => node.admin('/readyz'), patience).toEqual({ status: 503, body: 'store\n' });
    expect((await node.admin('/healthz')).status).toBe(200);
    expect(await node.metric('ready')).toBe(0);
    expect(await node.metric('store_errors_total', { operation: 'read' })).toBeGreaterThan(0);
    store.read = (run) => run();
    await expect.poll(() => node.admin('/readyz'), patience).toEqual({ status: 200, body: 'ready\n' });
    expect(await node.metric('ready')).toBe(1);
  });

  it('says that the HSM has lost the key', async () => {
    node = await TestNode.start();
    await openSoftwareHsm(join(node.folder, 'hsm')).destroyKey(1);
    expect(await node.admin('/readyz')).toEqual({ status: 503, body: 'hsm\n' });
  });

  it('asks store and HSM no more often than is good for them', async () => {
    const store = new SteeredStore();
    node = await TestNode.start({ wrapStore: (inner) => store.over(inner) });
    let reads = 0;
    store.read = (run) => {
      reads += 1;
      return run();
    };
    await Promise.all(Array.from({ length: 40 }, () => node.admin('/readyz')));
    expect(reads).toBeLessThan(20);
  });
});

describe('a start', () => {
  it('waits for a store that is not there yet, and says so meanwhile', async () => {
    const store = new SteeredStore();
    let reads = 0;
    store.read = (run) => {
      reads += 1;
      return reads < 3 ? Promise.reject(storeUnavailable(new Error('not yet'))) : run();
    };
    node = await TestNode.start({ wrapStore: (inner) => store.over(inner) });
    expect(node.logged.join('')).toContain('waiting for the store or the HSM');
    expect((await node.admin('/readyz')).status).toBe(200);
  });

  it('ends with the error when it does not come in time, and leaves nothing behind', async () => {
    node = await TestNode.start();
    const port = Number(new URL(node.node.adminUrl).port);
    await node.stop();
    const store = new SteeredStore();
    store.read = () => Promise.reject(storeUnavailable(new Error('never')));
    const options = {
      config: { admin: { host: '127.0.0.1', port } },
      wrapStore: (inner: RecordStore) => store.over(inner),
      startWithin: 10,
    };
    // The second one finds the port of the first one free again.
    for (const _ of [1, 2]) await expect(node.beside(options)).rejects.toMatchObject({ code: 'unavailable' });
    expect(store.closed).toBe(2);
  });

  it('ends at once with what waiting does not help, and names the address that is taken', async () => {
    node = await TestNode.start();
    const listen = { host: '127.0.0.1', port: Number(new URL(node.node.url).port) };
    const taken = { code: 'wrong-usage', message: expect.stringMatching(/Port \d+ .*"listen"/) as string };
    await expect(node.beside({ config: { listen } })).rejects.toMatchObject(taken);
    const store = { kind: 'sqlite', path: 'nowhere/records.db' };
    await expect(node.beside({ config: { store } })).rejects.toMatchObject({ code: 'wrong-usage' });
  });

  it('can be stopped while it waits', async () => {
    const signal = AbortSignal.abort();
    await expect(TestNode.start({ signal })).rejects.toMatchObject({ code: 'cancelled' });
    node = await TestNode.start();
  });
});

describe('tending', () => {
  it('goes on after it failed', async () => {
    const store = new SteeredStore();
    node = await TestNode.start({ wrapStore: (inner) => store.over(inner), tendEvery: 10 });
    await expect.poll(() => node.metric('tends_total', { result: 'done' }), patience).toBeGreaterThan(0);
    node.clock.advance(2 * day);
    store.read = () => Promise.reject(new Error('no store'));
    await expect.poll(() => node.metric('tends_total', { result: 'failed' }), patience).toBeGreaterThan(0);
    store.read = (run) => run();
    const before = await node.metric('tends_total', { result: 'done' });
    await expect.poll(() => node.metric('tends_total', { result: 'done' }), patience).toBeGreaterThan(before);
    expect(node.logged.join('')).toContain('could not be tended');
  });
});
