import type { Bytes } from '@strongroom/core';
import { packSize } from '../pack/layout.ts';

// One is filled while two are on their way, or two while one is: they are most of the memory that a backup takes.
const mostBuffers = 3;
const fewBuffers = 2;
// Two will do as long as no more of the time than this is spent waiting for them: of small files, packs are sent much
// faster than they are filled.
const worthWaiting = 1 / 50;

type Given = (buffer: Bytes | undefined) => void;

/** What packs are built in, 16 MiB each: as few as will do, and three at most. */
export class PackBuffers {
  readonly #free: Bytes[] = [];
  readonly #waiting = new Set<Given>();
  readonly #began = performance.now();
  #waited = 0;
  #made = 0;

  /** One that nobody uses, after waiting for it when there are enough of them. */
  async take(): Promise<Bytes> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#made < fewBuffers) return this.#make();
    const began = performance.now();
    const given = await this.#nextGiven(this.#made < mostBuffers ? this.#patience() : undefined);
    this.#waited += performance.now() - began;
    return given ?? this.#make();
  }

  giveBack(buffer: Bytes): void {
    const [first] = this.#waiting;
    if (first) first(buffer);
    else this.#free.push(buffer);
  }

  #make(): Bytes {
    this.#made++;
    return new Uint8Array(packSize);
  }

  /** Milliseconds. */
  #patience(): number {
    return Math.max(0, (performance.now() - this.#began) * worthWaiting - this.#waited);
  }

  /** The next one that is given back. @param patience milliseconds, after which there is none */
  #nextGiven(patience: number | undefined): Promise<Bytes | undefined> {
    return new Promise((resolve) => {
      const timer = patience === undefined ? undefined : setTimeout(() => given(undefined), patience);
      const given: Given = (buffer) => {
        clearTimeout(timer);
        this.#waiting.delete(given);
        resolve(buffer);
      };
      this.#waiting.add(given);
    });
  }
}
