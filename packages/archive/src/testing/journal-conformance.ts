import { type Bytes, equalBytes, randomBytes } from '@strongroom/core';
import { type Journal, type PageRun, type PendingPack, pageKeyLength } from '../journal.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { OwnedChunk } from '../pack/placed-chunks.ts';
import type { SnapshotMark } from '../snapshot/snapshot.ts';

/** One thing that every journal must do. */
export interface JournalCase {
  readonly name: string;
  /** @param journal a new one. @throws Error when the journal does something else */
  readonly run: (journal: Journal) => Promise<void>;
}

/**
 * What every journal must do, free of any test runner:
 * `for (const { name, run } of journalConformance) test(name, async () => run(await newJournal()))`.
 */
export const journalConformance: readonly JournalCase[] = [
  {
    name: 'knows nothing at first',
    async run(journal) {
      isNothing(await journal.lastSnapshot());
      isNothing(await journal.identity('a'));
      isNothing(await journal.pages('a', 0));
      await hasPending(journal, []);
      isNothing(await journal.pendingChunk('a', mark.hash));
    },
  },
  {
    name: 'has one page key, of which everybody gets a copy',
    async run(journal) {
      const key = await journal.pageKey();
      if (key.length !== pageKeyLength || key.every((byte) => byte === 0)) throw new Error('no key');
      (await journal.pageKey()).fill(0);
      if (!equalBytes(await journal.pageKey(), key)) throw new Error('another key');
    },
  },
  {
    name: 'knows a backup when it is finished, and not before',
    async run(journal) {
      await journal.begin();
      await journal.rememberFile('a', 'first');
      await journal.rememberPages('a', 7, pages);
      isNothing(await journal.identity('a'));
      isNothing(await journal.pages('a', 7));
      await journal.finish(mark);
      isMark(await journal.lastSnapshot(), mark);
      is(await journal.identity('a'), 'first');
      isPages(await journal.pages('a', 7), pages);
      isNothing(await journal.pages('a', 8));
      isNothing(await journal.pages('b', 7));
    },
  },
  {
    name: 'forgets what an unfinished backup changed',
    async run(journal) {
      await journal.begin();
      await journal.rememberFile('a', 'first');
      await journal.finish(mark);
      await journal.begin();
      await journal.rememberFile('a', 'second');
      await journal.forgetFile('b');
      await journal.begin();
      await journal.finish({ ...mark, number: 4 });
      is(await journal.identity('a'), 'first');
    },
  },
  {
    name: 'replaces the pages of a file that is read again, and keeps those of others',
    async run(journal) {
      await journal.begin();
      for (const path of ['a', 'b']) {
        await journal.rememberPages(path, 0, pages);
        await journal.rememberPages(path, 1, pages);
        await journal.rememberFile(path, 'x');
      }
      await journal.finish(mark);
      await journal.begin();
      await journal.rememberPages('a', 1, pages);
      await journal.restartPages('a');
      await journal.rememberPages('a', 0, otherPages);
      await journal.rememberFile('a', undefined);
      await journal.finish(mark);
      isPages(await journal.pages('a', 0), otherPages);
      isNothing(await journal.pages('a', 1));
      isNothing(await journal.identity('a'));
      isPages(await journal.pages('b', 1), pages);
    },
  },
  {
    name: 'keeps what it knows of a file whose reading did not come to its end',
    async run(journal) {
      await journal.begin();
      await journal.rememberPages('a', 0, pages);
      await journal.rememberFile('a', 'x');
      await journal.finish(mark);
      await journal.begin();
      await journal.restartPages('a');
      await journal.rememberPages('a', 0, otherPages);
      await journal.finish(mark);
      isPages(await journal.pages('a', 0), pages);
      is(await journal.identity('a'), 'x');
    },
  },
  {
    name: 'forgets a file with its pages',
    async run(journal) {
      await journal.begin();
      await journal.rememberPages('a', 1, pages);
      await journal.rememberFile('a', 'x');
      await journal.finish(mark);
      await journal.begin();
      await journal.rememberPages('a', 2, pages);
      await journal.forgetFile('a');
      await journal.finish(mark);
      for (const run of [1, 2]) isNothing(await journal.pages('a', run));
      isNothing(await journal.identity('a'));
    },
  },
  {
    name: 'tells apart all that a path can be',
    async run(journal) {
      const paths = [
        '',
        'a',
        'a/',
        'a/b',
        'a-b',
        'A',
        'ä',
        'a\u0308',
        '\uffff',
        '\u{1f600}',
        "'; --",
        'x'.repeat(32_768),
      ];
      await journal.begin();
      for (const [i, path] of paths.entries()) {
        await journal.rememberPages(path, i, { ...pages, pageSize: 512 + i });
        await journal.rememberFile(path, `identity ${i}`);
      }
      await journal.finish(mark);
      await journal.begin();
      await journal.forgetFile('a');
      await journal.finish(mark);
      for (const [i, path] of paths.entries()) {
        is(await journal.identity(path), path === 'a' ? undefined : `identity ${i}`);
        is((await journal.pages(path, i))?.pageSize, path === 'a' ? undefined : 512 + i);
      }
    },
  },
  {
    name: 'knows many files, from one backup to the next',
    async run(journal) {
      const count = 2500;
      for (const day of [1, 2]) {
        await journal.begin();
        for (let i = 0; i < count; i += day) {
          await journal.rememberPages(`file ${i}`, day, pages);
          await journal.rememberFile(`file ${i}`, `day ${day}`);
        }
        await journal.finish({ ...mark, number: day });
      }
      for (const i of [0, 1, 2, 999, 1000, 1001, 2498, 2499]) {
        const day = i % 2 === 0 ? 2 : 1;
        is(await journal.identity(`file ${i}`), `day ${day}`);
        isPages(await journal.pages(`file ${i}`, day), pages);
        isNothing(await journal.pages(`file ${i}`, 3 - day));
      }
      isNothing(await journal.identity(`file ${count}`));
    },
  },
  {
    name: 'is told many things at the same time',
    async run(journal) {
      await journal.begin();
      const told = Array.from({ length: 1200 }, async (_, i) => {
        await journal.restartPages(`${i}`);
        await journal.rememberPages(`${i}`, 0, pages);
        await journal.rememberFile(`${i}`, 'x');
      });
      await Promise.all([...told, journal.addPendingPack({ pack: 'one', size: 1 }, [])]);
      await hasPending(journal, [{ pack: 'one', size: 1 }]);
      await journal.finish(mark);
      for (const i of [0, 499, 500, 1199]) isPages(await journal.pages(`${i}`, 0), pages);
    },
  },
  {
    name: 'knows the chunks of pending packs, path by path, until they are in a snapshot',
    async run(journal) {
      const [one, two] = [refIn('one'), refIn('two')];
      await journal.addPendingPack({ pack: 'one', size: 16 }, [owned('a', one), owned('c', one)]);
      await journal.addPendingPack({ pack: 'two', size: 1 }, [owned('b', two)]);
      await journal.begin();
      await hasPending(journal, [
        { pack: 'one', size: 16 },
        { pack: 'two', size: 1 },
      ]);
      isRef(await journal.pendingChunk('a', one.name), one);
      isRef(await journal.pendingChunk('b', two.name), two);
      isNothing(await journal.pendingChunk('d', one.name));
      isNothing(await journal.pendingChunk('a', randomBytes(32)));
      await journal.dropPendingPack('one');
      await journal.dropPendingPack('not there');
      for (const path of ['a', 'c']) isNothing(await journal.pendingChunk(path, one.name));
      await hasPending(journal, [{ pack: 'two', size: 1 }]);
      await journal.finish(mark);
      await hasPending(journal, []);
      isNothing(await journal.pendingChunk('b', two.name));
    },
  },
  {
    name: 'counts for a snapshot that is published again, with all that it knows',
    async run(journal) {
      await journal.begin();
      await journal.rememberFile('a', 'identity');
      await journal.rememberPages('a', 0, pages);
      await journal.finish(mark);
      await journal.addPendingPack({ pack: 'one', size: 16 }, []);
      const again = { number: 4, hash: randomBytes(32) };
      await journal.renumber(again);
      isMark(await journal.lastSnapshot(), again);
      is(await journal.identity('a'), 'identity');
      isPages(await journal.pages('a', 0), pages);
      await hasPending(journal, [{ pack: 'one', size: 16 }]);
    },
  },
];

const mark: SnapshotMark = { number: 3, hash: randomBytes(32) };
// Both are parts of something larger, as those of a backup are.
const pages: PageRun = { pageSize: 4096, hashes: randomBytes(65 * 16).subarray(16) };
const otherPages: PageRun = { pageSize: 4096, hashes: randomBytes(32).subarray(0, 16) };

function refIn(pack: string): ChunkRef {
  const place = { key: 'cd'.repeat(16), ordinal: 2, offset: 40, sealedLength: 117, plainLength: 100 };
  return { name: mark.hash, pack, ...place };
}

function owned(path: string, ref: ChunkRef): OwnedChunk {
  return { path, ref, wantedAgain: false };
}

function is(found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${String(found)} instead of ${String(expected)}`);
}

function isNothing(found: unknown): void {
  is(found, undefined);
}

function isSame(found: Bytes | undefined, expected: Bytes): void {
  if (!found || !equalBytes(found, expected)) throw new Error('other bytes, or none');
}

function isMark(found: SnapshotMark | undefined, { number, hash }: SnapshotMark): void {
  is(found?.number, number);
  isSame(found?.hash, hash);
}

function isPages(found: PageRun | undefined, { pageSize, hashes }: PageRun): void {
  is(found?.pageSize, pageSize);
  isSame(found?.hashes, hashes);
}

function isRef(found: ChunkRef | undefined, { name, ...place }: ChunkRef): void {
  isSame(found?.name, name);
  for (const [key, value] of Object.entries(place)) is(found?.[key as keyof ChunkRef], value);
}

async function hasPending(journal: Journal, expected: readonly PendingPack[]): Promise<void> {
  is(textOf(await journal.pendingPacks()), textOf(expected));
}

function textOf(packs: readonly PendingPack[]): string {
  return packs
    .map(({ pack, size }) => `${pack}: ${size}`)
    .toSorted()
    .join();
}
