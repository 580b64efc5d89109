import { toHex } from '@strongroom/core';
import { expect, test } from 'vitest';
import { backup, databaseOf, newArchive, noise, prose, restore } from './testing/fixtures.ts';
import type { MemoryTree } from './testing/memory-source.ts';
import { verifyArchive } from './verify.ts';

test('an archive is written, checked and restored in a browser', async () => {
  const tree: MemoryTree = {
    'Databases/msgstore.db': { category: 'messages', content: databaseOf([noise(600_000, 1)]) },
    'Media/a.jpg': { category: 'media', content: noise(1_500_000, 2) },
    'text.txt': { content: prose(2_000_000) },
  };
  const { archive } = await newArchive();
  await backup(archive, tree);
  const second = await backup(archive, tree);
  expect(second.newBytes).toBe(0);
  expect((await verifyArchive(archive, { depth: 'full' })).problems).toEqual([]);
  const { target } = await restore(archive);
  expect(toHex(target.entries.get('text.txt')!.content)).toBe(toHex(prose(2_000_000)));
  expect(target.entries.size).toBe(3);
});
