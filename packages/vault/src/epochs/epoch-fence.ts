import type { Bytes } from '@strongroom/core';
import { epochOf } from '../hsm/epoch.ts';
import type { Sealer } from '../hsm/sealer.ts';
import type { ListedValue, RecordStore, StoredValue } from '../records/record-store.ts';

/** What a fence needs. */
export interface EpochFenceOptions {
  readonly store: RecordStore;
  /** Knows the epoch in use. */
  readonly sealer: Sealer;
  /** Looks up which epoch is in use, unless that was done a moment ago. */
  readonly refresh: () => Promise<void>;
}

/**
 * The record store of a process, through which it writes nothing but what is sealed under the epoch in use, as it was
 * a few seconds ago at most. A value under another epoch is a `conflict`: whoever wrote it reads again and seals anew.
 */
export class EpochFence implements RecordStore {
  readonly #options: EpochFenceOptions;
  // How many writes are under way, by epoch.
  readonly #underWay = new Map<number, number>();

  constructor(options: EpochFenceOptions) {
    this.#options = options;
  }

  /** Every write under an older epoch than this one is over, and none will begin. */
  get sealsUnder(): number {
    return Math.min(this.#options.sealer.epoch, ...this.#underWay.keys());
  }

  read(id: Bytes): Promise<StoredValue | undefined> {
    return this.#options.store.read(id);
  }

  list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> {
    return this.#options.store.list(after, limit);
  }

  async replace(
    id: Bytes,
    value: Bytes,
    expectedRevision: number | undefined,
  ): Promise<'committed' | 'conflict'> {
    const { store, sealer, refresh } = this.#options;
    await refresh();
    const epoch = epochOf(value);
    if (epoch !== sealer.epoch) return 'conflict';
    this.#count(epoch, 1);
    try {
      return await store.replace(id, value, expectedRevision);
    } finally {
      this.#count(epoch, -1);
    }
  }

  forgetOldValues(): Promise<void> {
    return this.#options.store.forgetOldValues();
  }

  close(): Promise<void> {
    return this.#options.store.close();
  }

  #count(epoch: number, change: 1 | -1): void {
    const count = (this.#underWay.get(epoch) ?? 0) + change;
    if (count > 0) this.#underWay.set(epoch, count);
    else this.#underWay.delete(epoch);
  }
}
