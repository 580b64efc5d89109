import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { recordStoreConformance } from '../testing/index.ts';
import { MemoryStore } from './memory-store.ts';
import { SqliteStore } from './sqlite-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'records-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the memory store', () => {
  it.for(recordStoreConformance)('$promise', async ({ keep }) => {
    const store = new MemoryStore();
    await keep({ open: async () => store });
  });
});

describe('the SQLite store', () => {
  it.for(recordStoreConformance)('$promise', async ({ keep }) => {
    await keep({ open: async () => new SqliteStore(join(folder, 'records.db')) });
  });
});
