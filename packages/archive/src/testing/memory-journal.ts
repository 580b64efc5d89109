import { type Bytes, randomBytes, toHex } from '@strongroom/core';
import { type Journal, type PageRun, type PendingPack, pageKeyLength } from '../journal.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { OwnedChunk } from '../pack/placed-chunks.ts';
import type { SnapshotMark } from '../snapshot/snapshot.ts';

interface RememberedFile {
  identity: string | undefined;
  /** Whether its reading came to its end: otherwise what was known of it stays. */
  whole: boolean;
  readonly pages: Map<number, PageRun>;
}

/** A journal in memory, for tests and trials. */
export class MemoryJournal implements Journal {
  #last: SnapshotMark | undefined;
  #pageKey = randomBytes(pageKeyLength);
  readonly #files = new Map<string, RememberedFile>();
  readonly #next = new Map<string, RememberedFile>();
  readonly #packs = new Map<string, { size: number; chunks: readonly OwnedChunk[] }>();

  /** A journal that remembers the same, and goes on by itself. */
  copy(): MemoryJournal {
    const copy = new MemoryJournal();
    copy.#last = this.#last;
    copy.#pageKey = this.#pageKey;
    for (const [path, file] of this.#files) copy.#files.set(path, { ...file, pages: new Map(file.pages) });
    for (const [name, pack] of this.#packs) copy.#packs.set(name, pack);
    return copy;
  }

  async lastSnapshot(): Promise<SnapshotMark | undefined> {
    return this.#last;
  }

  async identity(path: string): Promise<string | undefined> {
    return this.#files.get(path)?.identity;
  }

  async pages(path: string, run: number): Promise<PageRun | undefined> {
    return this.#files.get(path)?.pages.get(run);
  }

  async pageKey(): Promise<Bytes> {
    return this.#pageKey.slice();
  }

  async begin(): Promise<void> {
    this.#next.clear();
  }

  async rememberFile(path: string, identity: string | undefined): Promise<void> {
    Object.assign(this.#nextOf(path), { identity, whole: true });
  }

  async rememberPages(path: string, run: number, pages: PageRun): Promise<void> {
    this.#nextOf(path).pages.set(run, pages);
  }

  async restartPages(path: string): Promise<void> {
    this.#nextOf(path).pages.clear();
  }

  async forgetFile(path: string): Promise<void> {
    this.#next.set(path, { identity: undefined, whole: true, pages: new Map() });
  }

  async finish(snapshot: SnapshotMark): Promise<void> {
    for (const [path, file] of this.#next) if (file.whole) this.#files.set(path, file);
    this.#next.clear();
    this.#packs.clear();
    this.#last = { number: snapshot.number, hash: snapshot.hash };
  }

  async renumber({ number, hash }: SnapshotMark): Promise<void> {
    this.#last = { number, hash };
  }

  async pendingPacks(): Promise<readonly PendingPack[]> {
    return [...this.#packs].map(([pack, { size }]) => ({ pack, size }));
  }

  async addPendingPack({ pack, size }: PendingPack, chunks: Iterable<OwnedChunk>): Promise<void> {
    this.#packs.set(pack, { size, chunks: [...chunks] });
  }

  async dropPendingPack(pack: string): Promise<void> {
    this.#packs.delete(pack);
  }

  async pendingChunk(path: string, name: Bytes): Promise<ChunkRef | undefined> {
    const chunks = [...this.#packs.values()].flatMap((pack) => pack.chunks);
    return chunks.find((chunk) => chunk.path === path && toHex(chunk.ref.name) === toHex(name))?.ref;
  }

  async close(): Promise<void> {
    // Nothing to close in memory.
  }

  #nextOf(path: string): RememberedFile {
    const nothing = { identity: undefined, whole: false, pages: new Map<number, PageRun>() };
    const file = this.#next.get(path) ?? nothing;
    this.#next.set(path, file);
    return file;
  }
}
