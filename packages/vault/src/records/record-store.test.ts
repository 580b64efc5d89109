import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordStoreConformance } from '../testing/index.ts';
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
