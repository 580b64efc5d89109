import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Journal } from '../journal.ts';
import { openJournal } from '../node/sqlite-journal.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-renumber-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe.each([
  ['in memory', (): Journal => new MemoryJournal()],
  ['in SQLite', (): Journal => openJournal(join(folder, 'journal.db'), '0'.repeat(32))],
])('a journal %s whose last snapshot is published again', (_, open) => {
  test('counts for the new one, with all that it remembers', async () => {
    const journal = open();
    const hashes = randomBytes(32);
    await journal.begin();
    await journal.rememberFile('a', 'identity');
    await journal.rememberPages('a', 0, { pageSize: 4096, hashes });
    await journal.finish({ number: 3, hash: randomBytes(32) });
    await journal.addPendingPack({ pack: 'one', size: 16 }, []);
    const again = { number: 4, hash: randomBytes(32) };
    await journal.renumber(again);
    expect(await journal.lastSnapshot()).toEqual(again);
    expect(await journal.identity('a')).toBe('identity');
    expect(await journal.pages('a', 0)).toEqual({ pageSize: 4096, hashes });
    expect(await journal.pendingPacks()).toEqual([{ pack: 'one', size: 16 }]);
    await journal.close();
  });
});
