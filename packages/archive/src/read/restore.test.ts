import { createHash } from 'node:crypto';
import { StrongroomError } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '../node/node-engine.ts';
import type { Progress } from '../progress.ts';
import { all, backup, databaseOf, newArchive, noise, prose, restore, textsOf } from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import type { MemoryEntry, MemoryTree } from '../testing/memory-source.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import { verifyArchive } from '../verify.ts';
import { readEntries } from './entries.ts';
import { readFile } from './file-content.ts';
import { restoreSnapshot } from './restore.ts';
import { selectionOf } from './selection.ts';

const tree: MemoryTree = {
  'Databases/msgstore.db': { category: 'messages', content: databaseOf([noise(50_000, 1)]) },
  'Media/old.jpg': { category: 'media', content: 'old', mtimeNs: 1n },
  'Media/new.jpg': { category: 'media', content: 'new', mtimeNs: 3_000_000_000n },
  'Media/between.jpg': { category: 'media', content: 'between', mtimeNs: 2_000_000_000n },
  'a.txt': 'a',
  folder: { kind: 'directory', mode: 0o700 },
  'folder/deep/er/b.txt': 'b',
  link: { kind: 'symlink', linkTarget: 'a.txt' },
};

describe('a restore', () => {
  test('brings messages first, then media, newest first, then the rest, and links last', async () => {
    const { archive } = await newArchive();
    await backup(archive, tree);
    const target = new MemoryTarget();
    const begun: string[] = [];
    const shown: string[] = [];
    const look = target.look.bind(target);
    target.look = (entry) => {
      begun.push(entry.path);
      return look(entry);
    };
    target.entries.set = function set(path, entry) {
      shown.push(path);
      return Map.prototype.set.call(this, path, entry) as typeof this;
    };
    await restoreSnapshot(archive, 'latest', target);
    const media = ['Media/new.jpg', 'Media/between.jpg', 'Media/old.jpg'];
    const others = ['a.txt', 'folder/deep/er/b.txt'];
    expect(begun).toEqual(['Databases/msgstore.db', ...media, ...others]);
    // Several are written at a time, so that within their kind they may end in another order than they began in.
    expect(shown[0]).toBe('Databases/msgstore.db');
    expect(shown.slice(1, 4).toSorted()).toEqual(media.toSorted());
    expect(shown.slice(4, 6).toSorted()).toEqual(others.toSorted());
    expect(shown.slice(6)).toEqual(['folder', 'link']);
    expect(target.entries.get('link')).toMatchObject({ kind: 'symlink', linkTarget: 'a.txt' });
    expect(target.entries.get('folder')).toMatchObject({ kind: 'directory', mode: 0o700 });
  });

  test('of an earlier snapshot brings what was then', async () => {
    const { archive } = await newArchive();
    const first = await backup(archive, { a: 'one', b: 'two' });
    await backup(archive, { a: 'changed', c: 'three' });
    expect(textsOf((await restore(archive, first.id)).target)).toEqual({ a: 'one', b: 'two' });
    expect(textsOf((await restore(archive)).target)).toEqual({ a: 'changed', c: 'three' });
  });

  test('of a snapshot that does not exist says so', async () => {
    const { archive } = await newArchive();
    for (const id of ['latest', '01M803XR117TYC172H7NB8KR54', '../descriptor', '']) {
      await expect(restore(archive, id)).rejects.toMatchObject({ code: 'snapshot-missing' });
    }
  });

  test('goes on where an earlier one ended', async () => {
    const { archive } = await newArchive();
    await backup(archive, tree);
    const target = new MemoryTarget();
    const stop = new AbortController();
    const progress = ({ filesDone }: Progress): void => {
      if (filesDone === 3) stop.abort();
    };
    const cancelled = restoreSnapshot(archive, 'latest', target, { signal: stop.signal, progress });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const there = target.entries.size;
    expect(there).toBeGreaterThan(0);
    const { restored, skipped } = await restoreSnapshot(archive, 'latest', target);
    expect(skipped).toBe(there);
    expect(restored + skipped).toBe(6);
  });

  test('leaves what is there already as it is', async () => {
    const { archive } = await newArchive();
    await backup(archive, { a: 'ours', b: 'b' });
    const target = new MemoryTarget();
    target.look = async ({ path }) => (path === 'a' ? 'other' : 'absent');
    const kept: string[] = [];
    const { restored } = await restoreSnapshot(archive, 'latest', target, {
      warn: ({ path }) => kept.push(path),
    });
    expect([restored, kept]).toEqual([1, ['a']]);
  });

  test('goes on without what the target refuses, and stops when its disk is full', async () => {
    const { archive } = await newArchive();
    await backup(archive, { a: 'a', b: 'b', c: 'c' });
    const picky = refusing('not-permitted');
    const failing = restoreSnapshot(archive, 'latest', picky);
    await expect(failing).rejects.toMatchObject({ code: 'not-permitted', result: { restored: 2 } });
    expect([...picky.entries.keys()]).toEqual(['a', 'c']);
    await expect(restoreSnapshot(archive, 'latest', refusing('disk-full'))).rejects.toMatchObject({
      code: 'disk-full',
    });
  });

  test('tells how far it is', async () => {
    const { archive } = await newArchive();
    const heard: Progress[] = [];
    const { totals } = await backup(archive, tree, { progress: (progress) => heard.push(progress) });
    const uploaded = heard.at(-1)!;
    expect(uploaded).toMatchObject({ phase: 'finish', filesDone: 8, filesTotal: 8 });
    expect(uploaded.bytesDone).toBe(uploaded.bytesTotal);
    expect(uploaded.uploadedBytes).toBe(1024 * 1024 + 4096);
    heard.length = 0;
    await restore(archive, 'latest', { progress: (progress) => heard.push(progress) });
    const bytes = totals.messages.bytes + totals.media.bytes + totals.other.bytes;
    expect(heard.at(-1)).toMatchObject({ phase: 'restore', bytesDone: bytes, bytesTotal: bytes });
    expect(heard.map(({ currentFile }) => currentFile)).toContain('folder/deep/er/b.txt');
  });
});

describe('a selection', () => {
  test.each([
    ['messages', ['Databases/msgstore.db']],
    ['media', ['Media/between.jpg', 'Media/new.jpg', 'Media/old.jpg']],
    ['*.txt', ['a.txt', 'folder/deep/er/b.txt']],
    ['folder', ['folder', 'folder/deep/er/b.txt']],
    ['/folder/deep/', ['folder/deep/er/b.txt']],
    ['Media/???.jpg', ['Media/new.jpg', 'Media/old.jpg']],
    ['*/msgstore.db', ['Databases/msgstore.db']],
    ['folder/**/b.txt', ['folder/deep/er/b.txt']],
    ['folder/*.txt', []],
    ['a.t.t', []],
    ['**', Object.keys(tree).toSorted()],
  ])('%s', async (text, paths) => {
    const { archive } = await newArchive();
    await backup(archive, tree);
    const { target } = await restore(archive, 'latest', { only: selectionOf(text) });
    expect([...target.entries.keys()].toSorted()).toEqual(paths);
  });
});

test('a single file is read without the others', async () => {
  const { archive } = await newArchive();
  await backup(archive, tree);
  for await (const entry of readEntries(archive, 'latest')) {
    if (entry.path !== 'Media/old.jpg') continue;
    expect(Buffer.concat(await all(readFile(archive, entry))).toString()).toBe('old');
    return;
  }
  throw new Error('the file was not found');
});

describe('any tree', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
    fc.constantFrom('a', 'a-b', 'a.b', 'Ü', '日本', '😀'),
  );
  const safe = name.filter(
    (text) => !/[/\0]/.test(text) && text !== '.' && text !== '..' && text.isWellFormed(),
  );
  const path = fc.array(safe, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const size = fc.oneof(fc.constantFrom(0, 1, 4095, 4096, 262_144), fc.nat(400_000));
  const content = fc
    .tuple(size, fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom('noise', 'prose', 'database'))
    .map(([length, seed, kind]) => {
      if (kind === 'prose') return prose(length, seed);
      return kind === 'noise' || length < 100 ? noise(length, seed) : databaseOf([noise(length, seed)]);
    });
  const file: fc.Arbitrary<MemoryEntry> = fc.record({
    content,
    category: fc.constantFrom('messages' as const, 'media' as const, 'other' as const),
    mtimeNs: fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n }),
    mode: fc.nat(0o777),
  });
  const link = fc.record({ kind: fc.constant('symlink' as const), linkTarget: safe });
  const trees = fc.array(fc.tuple(path, fc.oneof({ weight: 5, arbitrary: file }, link)), { maxLength: 8 });

  test('comes back as it was, twice changed, and passes a full check', async () => {
    await fc.assert(
      fc.asyncProperty(trees, trees, fc.boolean(), async (first, second, withJournal) => {
        const { archive } = await newArchive({ engine: nodeEngine() });
        const journal = withJournal ? new MemoryJournal() : undefined;
        const versions = [Object.fromEntries(first), Object.fromEntries([...first.slice(3), ...second])];
        for (const version of versions) {
          await backup(archive, version, { journal });
          const { target } = await restore(archive);
          expect(seenIn(target)).toEqual(expectedOf(version));
        }
        expect((await verifyArchive(archive, { depth: 'full' })).problems).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

function seenIn(target: MemoryTarget): Record<string, unknown> {
  const facts = [...target.entries].map(([path, { content, mtimeNs, mode, linkTarget, kind }]) => {
    return [path, kind === 'file' ? [digest(content), mtimeNs, mode] : linkTarget] as const;
  });
  return Object.fromEntries(facts);
}

function expectedOf(version: Record<string, MemoryEntry>): Record<string, unknown> {
  const facts = Object.entries(version).map(([path, { kind, linkTarget, content, mtimeNs, mode }]) => {
    return [path, kind === 'symlink' ? linkTarget : [digest(content as Uint8Array), mtimeNs, mode]] as const;
  });
  return Object.fromEntries(facts);
}

/** A target that does not take the file `b`. */
function refusing(code: 'not-permitted' | 'disk-full'): MemoryTarget {
  const target = new MemoryTarget();
  const file = target.file.bind(target);
  target.file = (entry) =>
    entry.path === 'b' ? Promise.reject(new StrongroomError(code, { path: 'b' })) : file(entry);
  return target;
}

function digest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
