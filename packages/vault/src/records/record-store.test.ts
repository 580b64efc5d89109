import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EtcdCluster } from '../testing/etcd-cluster.ts';
import { recordStoreConformance } from '../testing/record-store-conformance.ts';
import { EtcdStore } from './etcd/etcd-store.ts';
import { MemoryStore } from './memory-store.ts';
import { SqliteStore } from './sqlite-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'records-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const openSqlite = async () => new SqliteStore(join(folder, 'records.db'));

describe('the memory store', () => {
  it.for(recordStoreConformance)('$promise', async ({ keep }) => {
    const store = new MemoryStore();
    await expect(keep({ open: async () => store })).resolves.toBeUndefined();
  });
});

describe('the SQLite store', () => {
  it.for(recordStoreConformance)('$promise', async ({ keep }) => {
    await expect(keep({ open: openSqlite })).resolves.toBeUndefined();
  });
});

describe('the etcd store', () => {
  let cluster: EtcdCluster;
  beforeAll(async () => {
    cluster = await EtcdCluster.start();
  });
  afterAll(() => cluster.stop());

  it.for(recordStoreConformance)('$promise', async ({ keep }) => {
    const place = cluster.storeOptions();
    await expect(keep({ open: async () => new EtcdStore(place) })).resolves.toBeUndefined();
  });
});
