import { type Bytes, type ErrorCode, concat, equalBytes, isStrongroomError, utf8 } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { portableCodec } from '../codec/portable-codec.ts';
import type { ChunkEngine, OpenJob, Plain, SealJob, SealedChunk } from '../engine/chunk-engine.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import { webPrimitives } from '../engine/primitives.ts';
import { hmacKey } from '../format/keys.ts';
import { readEntries } from '../read/entries.ts';
import { RestoreError } from '../read/restore.ts';
import { listSnapshots } from '../snapshot/history.ts';
import { verifyArchive } from '../verify.ts';
import { all, backup, databaseOf, newArchive, noise, onStore, prose, restore } from './fixtures.ts';
import type { MemoryEntry } from './memory-source.ts';
import { MemoryStore } from './memory-store.ts';

/** One thing that every engine must do. */
export interface EngineCase {
  readonly name: string;
  /** @throws Error when the engine does something else */
  readonly run: (engine: ChunkEngine) => Promise<void>;
}

type Sealing = SealJob & { readonly plain: Bytes };
type Opening = OpenJob & { readonly sealed: Bytes };

// What is done at once, on a thread, and in turns with others.
const lengths = [1, 4096, 100_000, 1_500_000, 2_100_000, 40_000, 7];

/** What every engine must do, on whatever platform, free of any test runner. */
export const engineConformance: readonly EngineCase[] = [
  {
    name: 'names chunks and hashes pages as others do',
    async run(engine) {
      const { chunkId } = await someKeys();
      const work = lengths.map(async (length) => {
        const plain = prose(length);
        const named = await engine.name(chunkId, plain.slice());
        same(named.plain, plain, 'what was named');
        same(named.name, (await reference.name(chunkId, plain)).name, 'the name');
        const hashed = await engine.hashPages(chunkId, plain.slice(), 4096);
        same(hashed.plain, plain, 'what was hashed');
        same(hashed.hashes, (await reference.hashPages(chunkId, plain, 4096)).hashes, 'the hashes');
      });
      await Promise.all(work);
    },
  },
  {
    name: 'hashes the pages of what it seals',
    async run(engine) {
      const pages = { key: (await someKeys()).chunkId, size: 4096 };
      const work = lengths.map(async (length) => {
        const job = await jobOf(prose(length));
        const { hashes } = await engine.seal({ ...fresh(job), pages });
        const expected = await reference.hashPages(pages.key, prose(length), pages.size);
        same(hashes ?? new Uint8Array(), expected.hashes, 'the hashes');
      });
      await Promise.all(work);
    },
  },
  {
    name: 'opens what others seal, and seals what others open',
    async run(engine) {
      const jobs = await Promise.all(
        lengths.flatMap((length) => [prose(length), noise(length, 3)]).map(jobOf),
      );
      const pairs = [
        [engine, reference],
        [reference, engine],
        [engine, engine],
      ] as const;
      for (const [writer, reader] of pairs) {
        const opened = await Promise.all(
          jobs.map(async (job) => reader.open(openingOf(job, await writer.seal(fresh(job))))),
        );
        for (const [i, plain] of opened.entries()) same(plain, jobs[i]!.plain, `chunk ${i}`);
      }
    },
  },
  {
    name: 'makes a chunk smaller, unless it is told not to',
    async run(engine) {
      const job = await jobOf(prose(2_000_000));
      const sizeOf = async (compress: boolean): Promise<number> =>
        concat(...(await engine.seal({ ...fresh(job), compress })).sealed).length;
      if ((await sizeOf(true)) > 1_000_000) throw new Error('it did not get smaller');
      if ((await sizeOf(false)) <= 2_000_000) throw new Error('it did not stay as it was');
    },
  },
  {
    name: 'tells wrong bytes, and goes on',
    async run(engine) {
      const job = await jobOf(prose(2_000_000));
      const right = openingOf(job, await engine.seal(fresh(job)));
      const wrongs: ((job: Opening) => Partial<Opening>)[] = [
        ({ sealed }) => ({ sealed: flipped(sealed, 5) }),
        ({ sealed }) => ({ sealed: flipped(sealed, sealed.length - 1) }),
        ({ sealed }) => ({ sealed: sealed.slice(1) }),
        ({ nonce }) => ({ nonce: flipped(nonce, 11) }),
        ({ data }) => ({ data: flipped(data, 0) }),
        ({ name }) => ({ name: flipped(name, 31) }),
        ({ plainLength }) => ({ plainLength: plainLength - 1 }),
        ({ plainLength }) => ({ plainLength: plainLength + 1 }),
      ];
      const asked = wrongs.map((wrong) => {
        const opening = { ...right, sealed: right.sealed.slice() };
        return refuses('archive-damaged', () => engine.open({ ...opening, ...wrong(opening) }));
      });
      await Promise.all(asked);
      same(await engine.open(right), job.plain, 'the right chunk');
    },
  },
  {
    name: 'backs up two days, and brings both back',
    async run(engine) {
      const { archive } = await twoDays(engine);
      await restoresAs(archive, 'latest', 1);
      await restoresAs(archive, (await firstOf(archive)).id, 0);
      const entries = await all(readEntries(archive, 'latest'));
      if (!entries.some(({ patches }) => patches.length > 0)) throw new Error('nothing was patched');
      const { problems, chunks } = await verifyArchive(archive, { depth: 'full' });
      if (problems.length > 0 || chunks === 0) throw new Error(`${problems.length} problems`);
    },
  },
  {
    name: 'brings back what is whole of an archive in which bytes are wrong',
    async run(engine) {
      const { archive, store, key } = await twoDays(engine);
      const [pack] = [...store.objects.keys()].filter((name) => name.includes('/packs/'));
      store.objects.set(pack!, flipped(store.objects.get(pack!)!, 400_000));
      const again = await onStore({ archive, store, key }, new MemoryStore(store.objects));
      if ((await verifyArchive(again, { depth: 'full' })).problems.length === 0)
        throw new Error('nothing was noticed');
      const error: unknown = await restore(again).catch((reason: unknown) => reason);
      if (!(error instanceof RestoreError) || error.result.restored !== 2) throw error;
    },
  },
];

const reference: ChunkEngine = inlineEngine(webPrimitives(portableCodec));

async function someKeys(): Promise<{ chunkId: CryptoKey; key: CryptoKey }> {
  const bytes = noise(32, 9).slice();
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', true, ['encrypt', 'decrypt']);
  return { key, chunkId: await hmacKey(bytes, ['sign'], true) };
}

async function jobOf(plain: Bytes): Promise<Sealing> {
  return {
    plain,
    name: undefined,
    ...(await someKeys()),
    nonce: noise(12, 4),
    data: utf8('data'),
    compress: true,
  };
}

/** The same, with bytes that can be given away. */
function fresh(job: Sealing): Sealing {
  return { ...job, plain: job.plain.slice() };
}

function openingOf({ plain, chunkId, key, nonce, data }: Sealing, { name, sealed }: SealedChunk): Opening {
  const plainLength = plain.length;
  return { sealed: concat(...sealed), key, nonce, data, plainLength, chunkId, name, object: 'a chunk' };
}

function flipped(bytes: Bytes, at: number): Bytes {
  const copy = bytes.slice();
  copy[at]! ^= 1;
  return copy;
}

/** What there is on two days: pages of a database change a little, a film stays, a text is written. */
function filesOf(day: number): Record<string, MemoryEntry & { content: Bytes }> {
  const pages = databaseOf([noise(1_200_000, 1)]);
  const edited = day > 0 ? [10, 40, 70, 100, 250] : [];
  for (const page of edited) pages.set(utf8('edited'), page * 4096 + 100);
  return {
    'Databases/msgstore.db': { category: 'messages', content: pages },
    'Media/film.mp4': { category: 'media', content: noise(5_000_000, 2) },
    'text.txt': { content: prose(1_300_000 + 1000 * day) },
  };
}

async function twoDays(engine: ChunkEngine): ReturnType<typeof newArchive> {
  const made = await newArchive({ engine });
  for (const day of [0, 1]) await backup(made.archive, filesOf(day));
  return made;
}

async function restoresAs(archive: Archive, snapshot: string, day: number): Promise<void> {
  const { target } = await restore(archive, snapshot);
  const files = filesOf(day);
  if (target.entries.size !== Object.keys(files).length) throw new Error('other files came back');
  for (const [path, { content }] of Object.entries(files))
    same(target.entries.get(path)!.content, content, path);
}

async function firstOf(archive: Archive): Promise<{ id: string }> {
  const [first] = (await listSnapshots(archive)).toSorted((a, b) => a.number - b.number);
  return first!;
}

function same(found: Plain, expected: Bytes, what: string): void {
  if (!(found instanceof Uint8Array) || !equalBytes(found, expected)) throw new Error(`${what}: other bytes`);
}

async function refuses(code: ErrorCode, request: () => Promise<unknown>): Promise<void> {
  const error: unknown = await request().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isStrongroomError(error, code)) throw new Error(`expected '${code}'`, { cause: error });
}
