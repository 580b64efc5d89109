import { equal, notEqual } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import { isStrongroomError, randomBytes, type Bytes } from '@strongroom/core';
import type { RecordStore } from '../records/record-store.ts';
import { OutcomeUnknown } from '../records/store-errors.ts';

// A store that is closed fails at once, and others want to run, too; milliseconds.
const pauseAfterFailure = 5;

/**
 * Writes one record again and again, whatever happens to the store, and keeps account of what it was told. Nobody else
 * writes the record: it must never lose a write that was acknowledged, and never see a conflict.
 */
export class Counting {
  readonly id: Bytes = randomBytes(32);
  /** Writes that were committed. */
  acknowledged = 0;
  /** Writes that may have been. */
  unknown = 0;
  /** Reads and writes that failed, those of unknown outcome too. */
  failed = 0;
  /** The longest that a read or a write took, milliseconds. */
  slowest = 0;
  readonly #store: RecordStore;
  // What may be stored: what was acknowledged last, and what may have been written since.
  #possible: readonly (Bytes | undefined)[] = [undefined];
  #stopped = false;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /** Counts until it is stopped. @throws AssertionError when a write is lost or made twice */
  async run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#step();
      } catch (error) {
        if (!isStrongroomError(error, 'unavailable')) throw error;
        this.failed += 1;
        await pause(pauseAfterFailure);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #step(): Promise<void> {
    const stored = await this.#timed(this.#store.read(this.id));
    const found = this.#possible.find((value) => same(value, stored?.value));
    equal(found === undefined, stored === undefined, 'the store has lost or made up a write');
    await this.#write(stored?.revision);
  }

  async #write(revision: number | undefined): Promise<void> {
    const value = randomBytes(4150);
    try {
      const outcome = await this.#timed(this.#store.replace(this.id, value, revision));
      // What was of unknown outcome may have arrived after the read.
      if (outcome === 'conflict') return notEqual(this.#possible.length, 1, 'a conflict with nobody');
      this.acknowledged += 1;
      this.#possible = [value];
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) throw error;
      this.unknown += 1;
      this.#possible = [...this.#possible, value];
      throw error;
    }
  }

  async #timed<T>(call: Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await call;
    } finally {
      this.slowest = Math.max(this.slowest, performance.now() - started);
    }
  }
}

function same(one: Bytes | undefined, other: Bytes | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.from(one).equals(other);
}
