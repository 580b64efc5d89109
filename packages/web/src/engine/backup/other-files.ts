import { readEntries, readFile, type Archive, type Entry } from '@strongroom/archive';
import { mimeTypeOf } from '@strongroom/chats';
import { StrongroomError } from '@strongroom/core';
import type { OtherFile } from '../contract.ts';

// More of them nobody looks through.
const most = 5000;

/** What is in a backup that has no chats: made of any folder, in a terminal. */
export class OtherFiles {
  readonly #archive: Archive;
  readonly #snapshot: string;
  readonly #rest: () => void;
  #entries: Promise<ReadonlyMap<string, Entry>> | undefined;

  /** @param rest ends the threads that have read, until something is read again */
  constructor(archive: Archive, snapshot: string, rest: () => void) {
    this.#archive = archive;
    this.#snapshot = snapshot;
    this.#rest = rest;
  }

  /** The first 5000 files, in the order of their paths. @throws StrongroomError as `readEntries` */
  async list(): Promise<readonly OtherFile[]> {
    return [...(await this.#known()).values()].map(({ path, size }) => ({ path, size }));
  }

  /** One of them, every byte verified. @throws StrongroomError `source-missing`, and as `readFile` */
  async read(path: string): Promise<Blob> {
    const entry = (await this.#known()).get(path);
    if (entry === undefined) throw new StrongroomError('source-missing', { path });
    try {
      // Each part becomes the browser's at once, which keeps what is big on the disk.
      const parts: Blob[] = [];
      for await (const bytes of readFile(this.#archive, entry)) parts.push(new Blob([bytes]));
      return new Blob(parts, { type: mimeTypeOf(path) });
    } finally {
      this.#rest();
    }
  }

  async #known(): Promise<ReadonlyMap<string, Entry>> {
    this.#entries ??= this.#find();
    try {
      return await this.#entries;
    } catch (error) {
      this.#entries = undefined;
      throw error;
    }
  }

  async #find(): Promise<ReadonlyMap<string, Entry>> {
    const found = new Map<string, Entry>();
    try {
      for await (const entry of readEntries(this.#archive, this.#snapshot)) {
        if (entry.kind === 'file') found.set(entry.path, entry);
        if (found.size >= most) break;
      }
      return found;
    } finally {
      this.#rest();
    }
  }
}
