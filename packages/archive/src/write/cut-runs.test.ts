import { concat, toHex, type Bytes } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { fileContent } from '../read/file-content.ts';
import { readEntries } from '../read/entries.ts';
import { all, backup, databaseOf, newArchive, noise, prose } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import { pagesPerRun } from './pages.ts';

const pageSize = 4096;
const run = pagesPerRun * pageSize;
const path = 'Databases/msgstore.db';

interface Stored {
  readonly chunks: readonly string[];
  readonly content: Bytes;
  readonly pages: readonly (string | undefined)[];
}

/** Backs a database up for the first time. @param pending as if a backup before had been interrupted */
async function firstBackup(content: Bytes, pending: boolean): Promise<Stored> {
  const { archive } = await newArchive();
  const journal = new FixedKeyJournal();
  if (pending) await interrupted(journal, archive.keys.current.id);
  await backup(archive, { [path]: { category: 'messages', content } }, { journal });
  const [entry] = await all(readEntries(archive, 'latest'));
  const parts = await all(fileContent(new ChunkReader(archive), entry!));
  const runs = Array.from({ length: Math.ceil(content.length / run) }, (_, i) => journal.pages(path, i));
  const pages = (await Promise.all(runs)).map((one) => one && toHex(one.hashes));
  return {
    chunks: entry!.extents.map(({ chunk, offset, length }) => `${toHex(chunk.name)} ${offset} ${length}`),
    content: concat(...parts),
    pages,
  };
}

class FixedKeyJournal extends MemoryJournal {
  override async pageKey(): Promise<Bytes> {
    return noise(32, 5).slice();
  }
}

/** A pack that nobody knows the content of any more, so that every chunk is looked for before it is stored. */
async function interrupted(journal: MemoryJournal, key: string): Promise<void> {
  const pack = '11'.repeat(16);
  const ref: ChunkRef = {
    name: noise(32, 9),
    pack,
    key,
    ordinal: 0,
    offset: 64,
    sealedLength: 100,
    plainLength: 50,
  };
  await journal.addPendingPack({ pack, size: 1024 * 1024 }, [{ path: 'other', ref, wantedAgain: false }]);
}

describe('a database that is backed up for the first time', () => {
  test.each([
    ['a page', pageSize],
    ['less than a page', 1000],
    ['a run', run],
    ['a run and a page', run + pageSize],
    ['nine runs and a piece of a page', 9 * run + 77],
  ])('is stored and remembered as it would be page by page: %s', async (_, length) => {
    const content = databaseOf([prose(Math.ceil(length / 2)), noise(Math.floor(length / 2), 3)]);
    const direct = await firstBackup(content, false);
    const looked = await firstBackup(content, true);
    expect(toHex(direct.content) === toHex(content)).toBe(true);
    expect(direct.chunks).toEqual(looked.chunks);
    expect(direct.pages).toEqual(looked.pages);
    expect(direct.pages).not.toContain(undefined);
    expect(direct.chunks).toHaveLength(Math.ceil(length / run));
  });
});
