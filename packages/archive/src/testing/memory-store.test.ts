import { describe, expect, test } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import { objectStoreConformance } from './object-store-conformance.ts';

describe('the store in memory', () => {
  test.each(objectStoreConformance)('$name', async ({ run }) => {
    await expect(run(new MemoryStore())).resolves.toBeUndefined();
  });
});
