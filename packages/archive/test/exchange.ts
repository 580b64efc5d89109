import { type Bytes, concat, fromHex, toHex, utf8 } from '@strongroom/core';
import { type Archive, openArchive } from '../src/archive.ts';
import { portableCodec } from '../src/codec/portable-codec.ts';
import type { ChunkEngine } from '../src/engine/chunk-engine.ts';
import { inlineEngine } from '../src/engine/inline-engine.ts';
import { webPrimitives } from '../src/engine/primitives.ts';
import { chunksOf } from '../src/entry.ts';
import { sha256 } from '../src/format/hash.ts';
import { readEntries } from '../src/read/entries.ts';
import { publishRotated } from '../src/rotate/publish-rotated.ts';
import { listSnapshots } from '../src/snapshot/history.ts';
import {
  all,
  backup,
  databaseOf,
  newArchive,
  noise,
  phone,
  prose,
  restore,
  testKey,
} from '../src/testing/fixtures.ts';
import { MemorySource, type MemoryTree } from '../src/testing/memory-source.ts';
import { MemoryStore } from '../src/testing/memory-store.ts';
import { verifyArchive } from '../src/verify.ts';

// One platform writes, another reads: what both have to agree on. Runs wherever the archive does.

/** An archive as it goes from one platform to the other: hexadecimal digits by the names of objects. */
export interface Parcel {
  readonly archiveId: string;
  readonly objects: Readonly<Record<string, string>>;
}

/** What a platform makes of an archive. */
export interface Findings {
  /** For each snapshot, oldest first, a line for every entry: all that is known of it, and its content's hash. */
  readonly snapshots: readonly (readonly string[])[];
  /** For each of them, whether a file of it is patched. */
  readonly patched: readonly boolean[];
  /** Backup keys that the newest one needs. */
  readonly keys: number;
  /** Codecs of all chunks, by their numbers. */
  readonly codecs: readonly number[];
  /** What a full verification finds. */
  readonly problems: readonly string[];
}

/** What is asked of the platform that a test does not run on. */
export type Request =
  | { readonly do: 'write' }
  | { readonly do: 'continue'; readonly parcel: Parcel }
  | { readonly do: 'read'; readonly parcel: Parcel };

const [firstKey, secondKey] = [testKey(7), testKey(8)] as const;

/** Answers with a platform's engine. */
export async function answer(engine: ChunkEngine, request: Request): Promise<Parcel | Findings> {
  if (request.do === 'write') return write(engine);
  return request.do === 'read' ? read(engine, request.parcel) : continued(engine, request.parcel);
}

/** Three days of an archive; the key changes after the second. */
export async function write(engine: ChunkEngine): Promise<Parcel> {
  const { archive, store } = await newArchive({ engine, key: firstKey });
  for (const day of [0, 1]) await backup(archive, treeOf(day));
  const rotated = await publishRotated(archive, secondKey, { device: phone });
  await rotated.archive.setUnlock([{ way: 'key' }]);
  await backup(rotated.archive, treeOf(2));
  return wrap(archive.id, store);
}

/** One more day, by whichever platform. */
export async function continued(engine: ChunkEngine, parcel: Parcel): Promise<Parcel> {
  const { archive, store } = await unwrap(engine, parcel);
  await backup(archive, treeOf(3));
  return wrap(archive.id, store);
}

/** Restores every snapshot and looks at all there is. */
export async function read(engine: ChunkEngine, parcel: Parcel): Promise<Findings> {
  const { archive } = await unwrap(engine, parcel);
  const ids = (await listSnapshots(archive)).toReversed().map(({ id }) => id);
  const snapshots: string[][] = [];
  const patched: boolean[] = [];
  for (const id of ids) {
    snapshots.push(await linesOf((await restore(archive, id)).target.entries.values()));
    const entries = await all(readEntries(archive, id));
    patched.push(entries.some(({ patches }) => patches.length > 0));
  }
  const newest = await all(readEntries(archive, 'latest'));
  const keys = new Set(newest.flatMap((entry) => Array.from(chunksOf(entry), ({ key }) => key))).size;
  const problems = (await verifyArchive(archive, { depth: 'full' })).problems.map(
    ({ error }) => error.message,
  );
  return { snapshots, patched, keys, problems, codecs: await codecsOf(parcel) };
}

/** The lines of the snapshots that `write` makes, and of those by `continued`. */
export async function expectedLines(days: readonly number[]): Promise<string[][]> {
  return Promise.all(
    days.map(async (day) => {
      const entries = await all(new MemorySource(treeOf(day)).entries());
      const found = entries.map(async (entry) => {
        const content = await entry.open();
        return { ...entry, content: await content.read(0, entry.size) };
      });
      return linesOf(await Promise.all(found));
    }),
  );
}

type Found =
  Awaited<ReturnType<typeof restore>>['target']['entries'] extends Map<string, infer E> ? E : never;

async function linesOf(entries: Iterable<Found>): Promise<string[]> {
  const lines = Array.from(entries, async (entry) => {
    const { path, kind, category, size, mtimeNs, mode, linkTarget = '' } = entry;
    const hash = toHex(await sha256(entry.content));
    return [path, kind, category, size, mtimeNs, mode, linkTarget, hash].join(' | ');
  });
  return (await Promise.all(lines)).toSorted();
}

async function codecsOf(parcel: Parcel): Promise<number[]> {
  const seen = new Set<number>();
  const codec: typeof portableCodec = {
    ...portableCodec,
    decompress(id, payload, length) {
      seen.add(id);
      return portableCodec.decompress(id, payload, length);
    },
  };
  const { archive } = await unwrap(inlineEngine(webPrimitives(codec)), parcel);
  await verifyArchive(archive, { depth: 'full' });
  return [...seen].toSorted((a, b) => a - b);
}

function wrap(archiveId: string, store: MemoryStore): Parcel {
  const objects = Object.fromEntries(Array.from(store.objects, ([name, bytes]) => [name, toHex(bytes)]));
  return { archiveId, objects };
}

async function unwrap(
  engine: ChunkEngine,
  { archiveId, objects }: Parcel,
): Promise<{ archive: Archive; store: MemoryStore }> {
  const store = new MemoryStore(Object.entries(objects).map(([name, digits]) => [name, fromHex(digits)]));
  return { archive: await openArchive({ store, key: secondKey, archiveId, engine }), store };
}

/** What there is on a day: a database of which a few pages change, and one of everything else. */
function treeOf(day: number): MemoryTree {
  const mtimeNs = 1_772_352_000_123_456_789n + BigInt(day) * 86_400_000_000_000n;
  return {
    'Databases/msgstore.db': { category: 'messages', content: databaseAfter(day), mtimeNs },
    'Media/film.mp4': { category: 'media', content: noise(300_000, 2), mode: 0o600 },
    [`Media/day ${day}.jpg`]: { category: 'media', content: noise(20_000, 3 + day), mtimeNs },
    'notes/long.txt': { content: prose(700_000 + day), mtimeNs },
    'notes/empty.txt': { content: '', mtimeNs: -86_400_000_000_000n },
    'notes/Ünïcödé 漢字 😀.txt': `day ${day}`,
    'notes/\uFFFD': 'sorts before an emoji in UTF-8, behind it in UTF-16',
    Folder: { kind: 'directory', mode: 0o750, mtimeNs },
    link: { kind: 'symlink', linkTarget: 'notes/не здесь', mode: 0o777, mtimeNs },
  };
}

const pageSize = 4096;
const pageCount = 150;

function databaseAfter(day: number): Bytes {
  const texts = Array.from({ length: pageCount }, (_, page) => prose(pageSize / 2, page + 1));
  const pages = texts.map((text, page) => concat(text, noise(pageSize / 2, page + 1)));
  const database = databaseOf(pages, pageSize);
  for (let past = 1; past <= day; past++) {
    for (let page = past; page < pageCount; page += 20)
      database.set(utf8(`edited on day ${past}`), page * pageSize + 100 * past);
    database.set(noise(pageSize, 100 + past), (40 + past) * pageSize);
  }
  return database;
}
