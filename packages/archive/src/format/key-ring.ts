import { type Bytes, toHex } from '@strongroom/core';
import { type ArchiveKeys, type BackupKey, deriveKeys } from './keys.ts';

/**
 * The keys of an archive: those of the backup key that it is opened with, and of the ones before, which its
 * snapshots name. What was sealed before a rotation is opened with the key it was sealed under.
 */
export class KeyRing {
  /** What is written now is sealed under these. */
  readonly current: ArchiveKeys;
  readonly #all = new Map<string, ArchiveKeys>();

  constructor(current: ArchiveKeys) {
    this.current = current;
    this.#all.set(current.id, current);
  }

  /** The keys with this key check; none when the archive has no such key. @param check 16 bytes, or their digits */
  find(check: Bytes | string): ArchiveKeys | undefined {
    return this.#all.get(typeof check === 'string' ? check : toHex(check));
  }

  /** Takes in keys that a snapshot names. */
  async learn(earlier: readonly BackupKey[]): Promise<void> {
    for (const key of earlier) {
      const keys = await deriveKeys(key);
      if (!this.#all.has(keys.id)) this.#all.set(keys.id, keys);
    }
  }

  /** Every key that is known, the current one first. */
  all(): readonly ArchiveKeys[] {
    return [...this.#all.values()];
  }
}
