import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat } from '@strongroom/core';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { EntryFacts } from '../entry.ts';
import { all } from '../testing/fixtures.ts';
import { filling, tarEnd, tarHeader } from './tar-header.ts';
import { readTar } from './tar-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'strongroom-tar-'));
afterAll(() => rmSync(folder, { recursive: true }));

const second = 1_000_000_000n;
const file: EntryFacts = {
  path: 'a',
  kind: 'file',
  category: 'other',
  size: 0,
  mtimeNs: 1_700_000_000n * second,
  mode: 0o640,
};

describe('the system’s tar lists', () => {
  test.each<[string, Partial<EntryFacts>, RegExp]>([
    ['a file', {}, /^-rw-r----- 0\/0 +0 2023-11-14 22:13:20 a$/],
    ['a directory', { kind: 'directory', mode: 0o755 }, /^drwxr-xr-x .* a\/$/],
    ['a link', { kind: 'symlink', linkTarget: '../b' }, /^lrw-r----- .* a -> \.\.\/b$/],
    ['a link to a long place', { kind: 'symlink', linkTarget: 'ü/'.repeat(90) }, /^l.* a -> (?:ü\/){90}$/],
    ['a name of 100 bytes', { path: 'x'.repeat(100) }, / x{100}$/],
    ['a name of 101 bytes', { path: 'x'.repeat(101) }, / x{101}$/],
    ['a path of 32 KiB', { path: `${'y'.repeat(1023)}/`.repeat(31) + 'z' }, / (?:y{1023}\/){31}z$/],
    ['a name that is not ASCII', { path: 'grüße/日本/😀' }, / grüße\/日本\/😀$/],
    ['a name with a line break', { path: 'a\nb' }, / a\\nb$/],
    ['a name with a blank in front', { path: ' a' }, /:20 {2}a$/],
    ['a time before 1970', { mtimeNs: -2_000_000_000n }, / 1969-12-31 23:59:58 a$/],
    ['a time with nanoseconds', { mtimeNs: 123_456_789n }, / 1970-01-01 00:00:00\.123456789 a$/],
    ['no more rights than there are', { mode: 0o6777 }, /^-rwxrwxrwx /],
  ])('%s', (_, facts, line) => {
    expect(listed({ ...file, ...facts })).toMatch(line);
  });

  test.each([2 ** 33 - 1, 2 ** 33, 2 ** 33 + 1, 2 ** 40])('a size of %i bytes', (size) => {
    expect(listed({ ...file, size })).toContain(` ${size} 2023`);
  });
});

test('what was written is read again, whatever it is', async () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 150 })
    .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..' && text.isWellFormed());
  const facts = fc
    .record({
      path: fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/')),
      kind: fc.constantFrom('file' as const, 'directory' as const, 'symlink' as const),
      mtimeNs: fc.bigInt({ min: -(10n ** 19n), max: 10n ** 20n }),
      mode: fc.nat(0o777),
      linkTarget: name,
    })
    .map(({ kind, linkTarget, ...rest }): EntryFacts => {
      const all = { ...rest, kind, category: 'other', size: 0 } as const;
      return kind === 'symlink' ? { ...all, linkTarget } : all;
    });
  await fc.assert(
    fc.asyncProperty(
      fc.array(facts, { maxLength: 4 }),
      fc.integer({ min: 1, max: 700 }),
      async (list, portion) => {
        const stream = concat(...list.map(tarHeader), tarEnd(0));
        const portions = async function* (): AsyncGenerator<Uint8Array<ArrayBuffer>> {
          for (let at = 0; at < stream.length; at += portion) yield stream.slice(at, at + portion);
        };
        const read = await all(readTar(portions(), () => 'other'));
        expect(read.map(({ facts }) => facts)).toEqual(list);
      },
    ),
    { numRuns: 60 },
  );
});

/** The line that GNU tar shows of an entry; its content is a hole in a file. */
function listed(facts: EntryFacts): string {
  const path = join(folder, 'stream.tar');
  const header = tarHeader(facts);
  writeFileSync(path, header);
  truncateSync(path, header.length + facts.size + filling(facts.size).length + 1024);
  const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' };
  const args = ['--list', '--verbose', '--numeric-owner', '--full-time', '--file', path];
  return execFileSync('tar', args, { env, encoding: 'utf8' }).replace(/\n$/, '');
}
