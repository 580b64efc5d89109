import { Refusal } from './refusal.ts';

/** How many may be inside, and how many may wait outside. */
export interface GateOptions {
  readonly concurrency: number;
  readonly queue: number;
}

/** Lets so many requests be served at once. Others wait in the order in which they came, but not too many of them. */
export class Gate {
  readonly #options: GateOptions;
  readonly #line = new Set<() => void>();
  #inside = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Requests that are being served. */
  get inside(): number {
    return this.#inside;
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Waits for a place inside; whoever got one calls `leave` afterwards.
   * @throws Refusal `overloaded` when too many wait; `late` when the signal is aborted first
   */
  async enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw Refusal.late();
    if (this.#inside < this.#options.concurrency) {
      this.#inside += 1;
      return;
    }
    if (this.#line.size >= this.#options.queue) throw Refusal.overloaded();
    await this.#wait(signal);
  }

  /** Gives a place inside to the next one in the line. */
  leave(): void {
    const [next] = this.#line;
    if (next === undefined) this.#inside -= 1;
    else {
      this.#line.delete(next);
      next();
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#line.delete(enter);
        reject(Refusal.late());
      };
      const enter = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#line.add(enter);
    });
  }
}
