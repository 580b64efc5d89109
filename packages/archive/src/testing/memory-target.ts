import { type Bytes, StrongroomError, concat } from '@strongroom/core';
import type { EntryFacts } from '../entry.ts';
import type { Target, TargetFile } from '../target.ts';

/** What was restored under a path. */
export interface Restored extends EntryFacts {
  readonly content: Bytes;
}

/** A target in memory, for tests and trials. */
export class MemoryTarget implements Target {
  /** In the order in which they appeared. */
  readonly entries: Map<string, Restored> = new Map<string, Restored>();
  #restore: string | undefined;

  async begin(restore: string): Promise<void> {
    if (this.entries.size > 0 && this.#restore !== restore) {
      throw new StrongroomError('target-not-empty', { path: 'memory' });
    }
    this.#restore = restore;
  }

  async look({ path, size, mtimeNs }: EntryFacts): Promise<'absent' | 'same' | 'other'> {
    const there = this.entries.get(path);
    if (!there) return 'absent';
    return there.size === size && there.mtimeNs === mtimeNs ? 'same' : 'other';
  }

  async file(entry: EntryFacts): Promise<TargetFile> {
    const parts: Bytes[] = [];
    return {
      write: async (bytes) => void parts.push(bytes.slice()),
      commit: async () => void this.entries.set(entry.path, { ...entry, content: concat(...parts) }),
      discard: async () => undefined,
    };
  }

  async directory(entry: EntryFacts): Promise<void> {
    this.entries.set(entry.path, { ...entry, content: new Uint8Array() });
  }

  async finishDirectory(): Promise<void> {
    // Nothing to give it in memory.
  }

  async symlink(entry: EntryFacts): Promise<void> {
    this.entries.set(entry.path, { ...entry, content: new Uint8Array() });
  }

  async finish(complete: boolean): Promise<void> {
    if (complete) this.#restore = undefined;
  }
}
