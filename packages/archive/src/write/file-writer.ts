import { type Bytes, isStrongroomError } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import type { Archive } from '../archive.ts';
import { FileShrunk } from '../engine/chunk-engine.ts';
import { type Entry, type EntryFacts, chunksOf } from '../entry.ts';
import type { Journal } from '../journal.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { ChunkReader } from '../pack/chunk-reader.ts';
import type { ProgressMeter } from '../progress.ts';
import type { SourceContent, SourceEntry } from '../source.ts';
import type { OnWarning, Warning } from '../warning.ts';
import { type ChunkStore, knownChunks } from './chunk-store.ts';
import { type PutChunk, cutFixed } from './cut-fixed.ts';
import { cutPages } from './cut-pages.ts';
import { cutRuns } from './cut-runs.ts';
import { OldPages } from './old-pages.ts';
import type { PackInventory } from './pack-inventory.ts';
import { headLength, otherPageSize, pageSizeOf } from './pages.ts';

export interface FileWriterParts {
  readonly archive: Archive;
  readonly chunks: ChunkStore;
  readonly inventory: PackInventory;
  /** Opens chunks of the last snapshot. */
  readonly reader: ChunkReader;
  readonly journal: Journal | undefined;
  /** Whether what the journal remembers of files is of the last snapshot. */
  readonly journalCounts: boolean;
  /** Under which the pages of databases are hashed, HMAC-SHA-256. */
  readonly pageKey: CryptoKey;
  readonly meter: ProgressMeter;
  readonly warn: OnWarning;
  readonly signal: AbortSignal | undefined;
}

/** What the content of a file is made of. */
type Pieces = Pick<Entry, 'extents' | 'patches'>;

/** Content of which every byte read is counted. */
interface Watched extends SourceContent {
  readonly count: (bytes: number) => void;
  /** The beginning, which is not counted. */
  readonly head: () => Promise<Bytes>;
}

/** Turns entries of a source into entries of a manifest, storing what is not stored yet. */
export class FileWriter {
  readonly #parts: FileWriterParts;

  constructor(parts: FileWriterParts) {
    this.#parts = parts;
  }

  /**
   * @param before what the last snapshot has under the path
   * @returns none when the entry cannot be had
   */
  async write(now: SourceEntry, before: Entry | undefined): Promise<Entry | undefined> {
    const { meter, signal } = this.#parts;
    throwIfAborted(signal);
    meter.file(now.path);
    const old = before?.kind === 'file' ? before : undefined;
    const entry =
      now.kind === 'file' ? await this.#file(now, old) : { ...factsOf(now), extents: [], patches: [] };
    meter.fileDone();
    return entry;
  }

  async #file(now: SourceEntry, old: Entry | undefined): Promise<Entry | undefined> {
    if (old && (await this.#isUnchanged(now, old))) {
      this.#parts.meter.bytes(old.size);
      return { ...factsOf(now), size: old.size, extents: old.extents, patches: old.patches };
    }
    try {
      return (await this.#attempt(now, old, false)) ?? (await this.#attempt(now, old, true));
    } catch (error) {
      if (isStrongroomError(error, 'source-missing')) return this.#vanished(now);
      if (isStrongroomError(error, 'not-permitted')) return this.#unreadable(now, old);
      throw error;
    }
  }

  async #isUnchanged(now: SourceEntry, old: Entry): Promise<boolean> {
    const { journal, journalCounts } = this.#parts;
    if (!journal || !journalCounts || now.identity === undefined) return false;
    if ((await journal.identity(now.path)) !== now.identity) return false;
    return this.#isWhole(old);
  }

  /** Whether every chunk of an entry may be used again. */
  #isWhole(entry: Entry): boolean {
    for (const { pack } of chunksOf(entry)) if (!this.#parts.inventory.isUsable(pack)) return false;
    return true;
  }

  /** @returns none when the content changed meanwhile, and it is not the last attempt */
  async #attempt(now: SourceEntry, old: Entry | undefined, last: boolean): Promise<Entry | undefined> {
    const content = await now.open();
    try {
      const pieces = await this.#cut(now, old, content, !last);
      if (!pieces) return undefined;
      const { extents, patches } = pieces;
      const size = extents.reduce((sum, { length }) => sum + length, 0);
      const changed = await content.changed();
      if (changed && !last) {
        this.#parts.meter.bytes(-size);
        return undefined;
      }
      if (changed) this.#warn('changed', now.path, 'changed while it was read; stored as it was read');
      await this.#parts.journal?.rememberFile(now.path, changed ? undefined : content.identity);
      return { ...factsOf(now), size, mtimeNs: content.mtimeNs, extents, patches };
    } finally {
      await content.close();
    }
  }

  /** @returns none when the file became shorter while other threads read it */
  async #cut(
    now: SourceEntry,
    old: Entry | undefined,
    content: SourceContent,
    elsewhere: boolean,
  ): Promise<Pieces | undefined> {
    let read = 0;
    const watched = this.#watched(content, elsewhere, (bytes) => {
      read += bytes;
      this.#parts.meter.bytes(bytes);
    });
    try {
      return await this.#piecesOf(now, old, watched);
    } catch (error) {
      if (!(error instanceof FileShrunk)) throw error;
      this.#parts.meter.bytes(-read);
      return undefined;
    }
  }

  async #piecesOf(now: SourceEntry, old: Entry | undefined, content: Watched): Promise<Pieces> {
    const { chunks, inventory } = this.#parts;
    const known = knownChunks(old ? chunksOf(old) : [], inventory);
    const put: PutChunk = (plain, wantedAgain) => {
      throwIfAborted(this.#parts.signal);
      if (!(plain instanceof Uint8Array)) content.count(plain.length);
      return chunks.put(now.path, plain, known, wantedAgain);
    };
    const pageSize =
      pageSizeOf(await content.head()) ?? (now.category === 'messages' ? otherPageSize : undefined);
    if (pageSize === undefined) return { extents: await cutFixed(content, put), patches: [] };
    await this.#parts.journal?.restartPages(now.path);
    if (!old && chunks.isNew(known)) return this.#runs(now.path, content, pageSize);
    return this.#pages(now.path, old, content, pageSize, put);
  }

  async #runs(path: string, content: Watched, pageSize: number): Promise<Pieces> {
    const { chunks, journal, pageKey, signal } = this.#parts;
    const extents = await cutRuns(content, {
      pageKey,
      pageSize,
      put: (plain, pages) => {
        throwIfAborted(signal);
        if (!(plain instanceof Uint8Array)) content.count(plain.length);
        return chunks.putPages(path, plain, pages);
      },
      remember: async (run, hashes) => journal?.rememberPages(path, run, { pageSize, hashes }),
    });
    return { extents, patches: [] };
  }

  /** The same content, with every read counted and cancellable. @param elsewhere other threads may read the file */
  #watched(content: SourceContent, elsewhere: boolean, count: (bytes: number) => void): Watched {
    return {
      mtimeNs: content.mtimeNs,
      file: elsewhere && this.#parts.archive.engine.readsFiles ? content.file : undefined,
      changed: () => content.changed(),
      close: () => content.close(),
      count,
      head: () => content.read(0, headLength),
      read: async (offset, length) => {
        throwIfAborted(this.#parts.signal);
        const bytes = await content.read(offset, length);
        count(bytes.length);
        return bytes;
      },
    };
  }

  async #pages(
    path: string,
    old: Entry | undefined,
    content: SourceContent,
    pageSize: number,
    put: PutChunk,
  ): Promise<Pieces> {
    const { archive, journal, journalCounts, reader, inventory, pageKey } = this.#parts;
    const remembered = async (run: number): Promise<Bytes | undefined> => {
      const pages = journalCounts ? await journal?.pages(path, run) : undefined;
      return pages?.pageSize === pageSize ? pages.hashes : undefined;
    };
    const isUsable = ({ pack }: ChunkRef): boolean => inventory.isUsable(pack);
    return cutPages(content, {
      archive,
      reader,
      pageKey,
      pageSize,
      put,
      old: old && new OldPages({ archive, reader, entry: old, pageSize, pageKey, remembered, isUsable }),
      remember: async (run, hashes) => journal?.rememberPages(path, run, { pageSize, hashes }),
    });
  }

  async #vanished({ path }: SourceEntry): Promise<undefined> {
    this.#warn('vanished', path, 'was gone when it was to be read');
    await this.#parts.journal?.forgetFile(path);
    return undefined;
  }

  #unreadable({ path }: SourceEntry, old: Entry | undefined): Entry | undefined {
    const kept = old && this.#isWhole(old) ? old : undefined;
    const consequence = kept ? 'the version of the last backup is kept' : 'it is left out';
    this.#warn('unreadable', path, `cannot be read; ${consequence}`);
    return kept;
  }

  #warn(code: Warning['code'], path: string, what: string): void {
    this.#parts.warn({ code, path, message: `${path} ${what}.` });
  }
}

function factsOf(now: SourceEntry): EntryFacts {
  const { path, kind, category, size, mtimeNs, mode, linkTarget } = now;
  const facts = { path, kind, category, size, mtimeNs, mode };
  return linkTarget === undefined ? facts : { ...facts, linkTarget };
}
