import { open } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Bytes } from '@strongroom/core';
import type { SourceContent } from '../source.ts';
import type { FileContent } from './file-content.ts';
import { identityAt } from './identity.ts';
import { type TemporaryCopy, openTemporary } from './temporary-copy.ts';

// Milliseconds that whoever wants to write waits for us; and then as long as a copy takes.
const longestLock = 500;

const pieceLength = 4 * 1024 * 1024;

/**
 * A database file that nobody can write to. Whoever reads it slowly, for instance because the cloud is slow, goes on
 * reading from a copy, so that the app whose database it is need not wait.
 */
export class LockedContent implements SourceContent {
  readonly mtimeNs: bigint;
  readonly identity: string | undefined;
  readonly #place: string;
  readonly #path: string;
  readonly #content: FileContent;
  readonly #lock: DatabaseSync;
  readonly #timer: NodeJS.Timeout;
  readonly #reading = new Set<Promise<unknown>>();
  #moving: Promise<void> | undefined;
  #copy: TemporaryCopy | undefined;

  /** @param lock held by a connection of its own, which is closed in the end */
  constructor(
    place: string,
    path: string,
    content: FileContent,
    lock: DatabaseSync,
    identity: string | undefined,
  ) {
    this.mtimeNs = content.stats.mtimeNs;
    this.identity = identity;
    this.#place = place;
    this.#path = path;
    this.#content = content;
    this.#lock = lock;
    this.#timer = setTimeout(() => {
      this.#moving = this.#moveToCopy();
    }, longestLock);
    this.#timer.unref();
  }

  async read(offset: number, length: number): Promise<Bytes> {
    if (this.#copy) return this.#copy.content.read(offset, length);
    const reading = this.#content.read(offset, length);
    this.#reading.add(reading);
    return reading.finally(() => this.#reading.delete(reading));
  }

  async changed(): Promise<boolean> {
    return this.#copy === undefined && this.#hasChanged();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#moving;
    if (this.#lock.isOpen) this.#lock.close();
    this.#content.close();
    await this.#copy?.remove();
  }

  async #moveToCopy(): Promise<void> {
    try {
      const copy = await openTemporary(this.#path, (to) => copyContent(this.#content, to));
      // Somebody who minds no locks has written: that must be told of.
      if (this.#hasChanged()) return await copy.remove();
      this.#copy = copy;
      await Promise.allSettled(this.#reading);
      this.#lock.close();
    } catch {
      // There is no room for a copy, say: the lock stays.
    }
  }

  #hasChanged(): boolean {
    return this.#content.changed() || identityAt(`${this.#place}-wal`) !== undefined;
  }
}

// Not by name: to close another descriptor of a database would drop the locks that this process has on it.
async function copyContent(content: FileContent, to: string): Promise<void> {
  await using file = await open(to, 'wx', 0o600);
  for (let offset = 0; ; offset += pieceLength) {
    const piece = await content.read(offset, pieceLength);
    await file.writeFile(piece);
    if (piece.length < pieceLength) return;
  }
}
