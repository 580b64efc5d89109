import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, concat, fromUtf8, StrongroomError, utf8 } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { newArchiveId } from '../archive.ts';
import type { Source, SourceEntry } from '../source.ts';
import { FaultyStore } from '../testing/faulty-store.ts';
import { hastyRetry, noise, noRetry, textsOf, unreachable } from '../testing/fixtures.ts';
import { MemorySource, type MemoryTree } from '../testing/memory-source.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import type { Warning } from '../warning.ts';
import { listPlain, readDone, removePlain } from './plain-backups.ts';
import { partName } from './plain-names.ts';
import { restorePlain } from './restore-plain.ts';
import { checksumOf, filling, tarEnd, tarHeader } from './tar-header.ts';
import { writePlain } from './write-plain.ts';

const archiveId = newArchiveId();
const MiB = 1024 * 1024;

const tree: MemoryTree = {
  'Databases/msgstore.db': { category: 'messages', content: noise(50_000, 1) },
  'Media/empty.jpg': { category: 'media', content: '' },
  'Media/grüße 😀.jpg': { category: 'media', content: noise(513, 2), mtimeNs: 5n },
  [`long/${'n'.repeat(200)}`]: 'a long name',
  empty: { kind: 'directory', mode: 0o755 },
  link: { kind: 'symlink', linkTarget: 'Media/empty.jpg' },
};

describe('a plain backup', () => {
  test('is a tar stream in parts of 16 MiB that anybody unpacks', async () => {
    const store = new MemoryStore();
    const large = noise(35 * MiB, 3);
    const result = await writePlain(
      store,
      archiveId,
      new MemorySource({ ...tree, large: { content: large } }),
    );
    expect(result).toMatchObject({ parts: 3, files: 5, olderProblem: undefined });
    const names = [...store.objects.keys()];
    const folder = `${archiveId}/plain/${result.id}`;
    expect(names).toEqual([
      `${folder}/00000000`,
      `${folder}/00000001`,
      `${folder}/00000002`,
      `${folder}/done`,
    ]);
    expect(store.objects.get(names[1]!)).toHaveLength(16 * MiB);
    expect(JSON.parse(fromUtf8(store.objects.get(names[3]!)!))).toEqual({
      parts: 3,
      bytes: result.bytes,
      files: 5,
    });
    const unpacked = await unpack(concat(...names.slice(0, 3).map((name) => store.objects.get(name)!)));
    expect(Buffer.compare(unpacked.get('large')!, large)).toBe(0);
    expect(unpacked.get(`long/${'n'.repeat(200)}`)!.toString()).toBe('a long name');
    expect(unpacked.get('Media/grüße 😀.jpg')).toEqual(Buffer.from(noise(513, 2)));
  });

  test('comes back, also a part of it', async () => {
    const store = new MemoryStore();
    await writePlain(store, archiveId, new MemorySource(tree));
    const [made] = await listPlain(store, archiveId);
    const target = new MemoryTarget();
    expect(await restorePlain(store, made!, target)).toMatchObject({ restored: 4, skipped: 0, failures: [] });
    expect([...target.entries.keys()].toSorted()).toEqual(Object.keys(tree).toSorted());
    expect(target.entries.get('Media/grüße 😀.jpg')).toMatchObject({ content: noise(513, 2), mtimeNs: 5n });
    expect(target.entries.get('link')).toMatchObject({ linkTarget: 'Media/empty.jpg' });
    const part = new MemoryTarget();
    await restorePlain(store, made!, part, { only: ({ path }) => path.startsWith('long/') });
    expect(Object.values(textsOf(part))).toEqual(['a long name']);
  });

  test('of nothing is an empty stream', async () => {
    const store = new MemoryStore();
    expect(await writePlain(store, archiveId, new MemorySource({}))).toMatchObject({ parts: 1, files: 0 });
    const [made] = await listPlain(store);
    const target = new MemoryTarget();
    expect(await restorePlain(store, made!, target)).toMatchObject({ restored: 0 });
  });

  test('takes the place of the older ones only when it is finished', async () => {
    const store = new MemoryStore();
    await store.put(`${archiveId}/packs/${'0'.repeat(32)}`, utf8('not ours'));
    await store.put(`${archiveId}/plain/other`, utf8('not ours'));
    await writePlain(store, archiveId, new MemorySource({ a: 'first' }));
    for (let fault = 0; ; fault++) {
      const faulty = new FaultyStore(store, (operation) =>
        operation === fault
          ? { when: fault % 2 === 0 ? 'before' : 'after', error: unreachable() }
          : undefined,
      );
      const writing = writePlain(faulty, archiveId, new MemorySource({ a: `after ${fault}` }), {
        retry: noRetry,
      });
      const outcome = await writing.then(
        () => 'cloud-unreachable',
        (error: StrongroomError) => error.code,
      );
      expect(outcome).toBe('cloud-unreachable');
      // At every moment the newest finished one comes back whole.
      expect(await newest(store)).toMatch(/^(?:first|after \d+)$/);
      if (faulty.operations <= fault) break;
      expect(fault).toBeLessThan(40);
    }
    expect((await listPlain(store, archiveId)).map(({ finished }) => finished)).toEqual([true]);
    expect(store.objects.size).toBe(4);
  });

  test('goes through short failures of the cloud', async () => {
    const store = new MemoryStore();
    const faulty = new FaultyStore(store, (operation) =>
      operation % 3 === 0 ? { when: 'after', error: unreachable() } : undefined,
    );
    await writePlain(faulty, archiveId, new MemorySource(tree), { retry: hastyRetry });
    expect(await listPlain(store)).toMatchObject([{ finished: true }]);
  });

  test('is not called finished when the cloud has lost a part', async () => {
    const store = new MemoryStore();
    const forgetful = new FaultyStore(store, (operation, kind) => {
      if (kind === 'list' && operation > 0)
        for (const name of store.objects.keys()) if (name.endsWith('/00000000')) store.objects.delete(name);
      return undefined;
    });
    const writing = writePlain(forgetful, archiveId, new MemorySource({ a: 'a' }));
    await expect(writing).rejects.toMatchObject({ code: 'archive-incomplete' });
    expect([...store.objects.keys()].filter((name) => name.endsWith('/done'))).toEqual([]);
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    const source = new MemorySource({ a: 'a', b: 'b' });
    const writing = writePlain(new MemoryStore(), archiveId, source, {
      signal: stop.signal,
      progress: ({ currentFile }) => currentFile === 'b' && stop.abort(),
    });
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
  });

  test.each([0, 1, 511, 512, 513, 1000, 1024 * 1024 + 1])(
    'holds a file whole whose size was told wrong: %i bytes',
    async (size) => {
      for (const told of [0, 1, 512, 700, 3_000_000]) {
        const source = changing('a', told, noise(size, 5));
        const store = new MemoryStore();
        await writePlain(store, archiveId, source);
        const target = new MemoryTarget();
        await restorePlain(store, (await listPlain(store))[0]!, target);
        expect(Buffer.compare(target.entries.get('a')!.content, noise(size, 5))).toBe(0);
      }
    },
  );

  test('goes on without what is gone, cannot be read, or has no possible name', async () => {
    const warnings: Warning[] = [];
    const store = new MemoryStore();
    const source = failing({
      a: 'open: source-missing',
      b: 'open: not-permitted',
      '../c': '',
      d: 'read: not-permitted',
      e: '',
    });
    await writePlain(store, archiveId, source, { warn: (warning) => warnings.push(warning) });
    expect(warnings.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'bad-name ../c',
      'vanished a',
      'unreadable b',
      'unreadable d',
    ]);
    const target = new MemoryTarget();
    await restorePlain(store, (await listPlain(store))[0]!, target);
    expect([...target.entries.keys()]).toEqual(['d', 'e']);
    expect(target.entries.get('d')!.content).toEqual(new Uint8Array(4000));
  });
});

describe('a damaged or hostile one', () => {
  const hostile: readonly (readonly [string, Bytes, string])[] = [
    ['a path that leads out', header('../evil'), 'archive-damaged'],
    ['an absolute path', header('/etc/evil'), 'archive-damaged'],
    ['a long path that leads out', header(`${'x/'.repeat(80)}../../evil`), 'archive-damaged'],
    ['a device', changed(header('a'), 156, 0x33), 'archive-damaged'],
    ['a hard link', changed(header('a'), 156, 0x31), 'archive-damaged'],
    ['a directory with a size', changed(header('a', 5), 156, 0x35), 'archive-damaged'],
    ['a sum that is wrong', header('a').with(0, 0x62), 'archive-damaged'],
    ['a size that is none', changed(header('a'), 124, 0x39), 'archive-damaged'],
    ['an extended header without an end', changed(header('a', 10), 156, 0x78), 'archive-damaged'],
    ['an endless extended header', changed(header('a', 2 ** 30), 156, 0x78), 'archive-damaged'],
    ['no end', header('a', 10), 'archive-damaged'],
  ];

  test.each(hostile)('with %s is refused, and nothing of it is written', async (_, stream, code) => {
    const store = await storeOf(stream);
    const target = new MemoryTarget();
    const restoring = restorePlain(store, (await listPlain(store))[0]!, target);
    await expect(restoring).rejects.toMatchObject({ code });
    expect(target.entries.size).toBe(0);
  });

  test.each(['', '{}', '[]', 'null', '{"parts":-1,"bytes":1,"files":1}', '{"parts":9,"bytes":1,"files":1}'])(
    'with %j for its last object is refused',
    async (done) => {
      const store = await storeOf(header('a'), done);
      const [backup] = await listPlain(store);
      await expect(readDone(store, backup!)).rejects.toMatchObject({ code: 'archive-damaged' });
    },
  );

  test('without its last object, or without a part, is incomplete', async () => {
    const store = new MemoryStore();
    await writePlain(store, archiveId, new MemorySource({ a: 'a' }));
    const [backup] = await listPlain(store);
    store.objects.delete(partName(archiveId, backup!.id, 0));
    const [lost] = await listPlain(store);
    const incomplete = { code: 'archive-incomplete' };
    await expect(restorePlain(store, lost!, new MemoryTarget())).rejects.toMatchObject(incomplete);
    store.objects.clear();
    await expect(restorePlain(store, backup!, new MemoryTarget())).rejects.toMatchObject(incomplete);
  });
});

test('removing one removes nothing else, and its last object first', async () => {
  const store = new MemoryStore();
  const other = newArchiveId();
  await writePlain(store, archiveId, new MemorySource({ a: 'a' }));
  await writePlain(store, other, new MemorySource({ a: 'a' }));
  await store.put(`${archiveId}/descriptor`, utf8('x'));
  const removed: string[] = [];
  const remove = store.remove.bind(store);
  store.remove = async (name, options) => {
    removed.push(name.split('/').at(-1)!);
    await remove(name, options);
  };
  for (const one of await listPlain(store, archiveId)) await removePlain(store, one);
  expect(removed).toEqual(['done', '00000000']);
  expect(await listPlain(store)).toMatchObject([{ archiveId: other, finished: true }]);
  expect(store.objects.size).toBe(3);
});

async function newest(store: MemoryStore): Promise<string> {
  const backup = (await listPlain(store, archiveId)).findLast(({ finished }) => finished);
  const target = new MemoryTarget();
  await restorePlain(store, backup!, target);
  return textsOf(target)['a']!;
}

/** What the system's tar makes of a stream: contents by paths. */
async function unpack(stream: Bytes): Promise<Map<string, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-plain-'));
  try {
    execFileSync('tar', ['--extract', '--directory', folder], { input: stream });
    const found = new Map<string, Buffer>();
    const list = execFileSync('find', [folder, '-type', 'f', '-print0'], { encoding: 'utf8' });
    for (const place of list.split('\0').filter((place) => place !== ''))
      found.set(place.slice(folder.length + 1), await readFile(place));
    return found;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function header(path: string, size = 0): Bytes {
  return tarHeader({ path, kind: 'file', category: 'other', size, mtimeNs: 0n, mode: 0o644 });
}

/** The last block with another byte, and the right sum again. */
function changed(bytes: Bytes, at: number, byte: number): Bytes {
  const copy = bytes.slice();
  const block = copy.subarray(copy.length - 512);
  block[at] = byte;
  block.set(utf8(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `), 148);
  return copy;
}

/** A finished plain backup of this stream. */
async function storeOf(stream: Bytes, done?: string): Promise<MemoryStore> {
  const store = new MemoryStore();
  const whole = concat(stream, filling(stream.length), tarEnd(0).subarray(0, done === undefined ? 0 : 1024));
  const [id, parts] = ['01M803XR117TYC172H7NB8KR54', 1];
  await store.put(partName(archiveId, id, 0), whole);
  const said = done ?? JSON.stringify({ parts, bytes: whole.length, files: 1 });
  await store.put(`${archiveId}/plain/${id}/done`, utf8(said));
  return store;
}

/** A source of one file that has another size than it shows. */
function changing(path: string, told: number, content: Bytes): Source {
  const facts = { path, kind: 'file', category: 'other', size: told, mtimeNs: 0n, mode: 0o644 } as const;
  const entry: SourceEntry = {
    ...facts,
    open: async () => ({
      mtimeNs: 0n,
      read: async (offset, length) => content.slice(offset, offset + length),
      changed: async () => false,
      close: async () => undefined,
    }),
  };
  return {
    labels: [],
    entries: async function* () {
      yield entry;
    },
  };
}

function fail(text: string, when: string, path: string): void {
  if (text === `${when}: source-missing`) throw new StrongroomError('source-missing', { path });
  if (text === `${when}: not-permitted`) throw new StrongroomError('not-permitted', { path });
}

/** A source whose files fail as their texts say; those that fail when they are read have 4,000 bytes. */
function failing(tree: Readonly<Record<string, string>>): Source {
  const entries = Object.entries(tree).map(([path, text]): SourceEntry => {
    const size = text.startsWith('read') ? 4000 : 0;
    return {
      ...({ path, kind: 'file', category: 'other', size, mtimeNs: 0n, mode: 0o644 } as const),
      open: async () => {
        fail(text, 'open', path);
        return {
          mtimeNs: 0n,
          read: async (offset, length) => {
            if (length > 1) fail(text, 'read', path);
            return new Uint8Array(Math.max(0, Math.min(length, size - offset)));
          },
          changed: async () => false,
          close: async () => undefined,
        };
      },
    };
  });
  return {
    labels: [],
    entries: async function* () {
      yield* entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}
