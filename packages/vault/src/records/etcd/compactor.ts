/** When overwritten values are removed from etcd's history. */
export interface CompactorOptions {
  /** Removes them now. */
  readonly compact: () => Promise<void>;
  /** From the first value that is to be forgotten to its removal, milliseconds; others join in meanwhile. */
  readonly delay: number;
  /** After a removal that failed, milliseconds. */
  readonly retryEvery: number;
}

/** Removes overwritten values in the background: many at once, and again until it has worked. */
export class Compactor {
  readonly #options: CompactorOptions;
  #due = false;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: CompactorOptions) {
    this.#options = options;
  }

  /** From now on something is to be forgotten. */
  request(): void {
    this.#due = true;
    this.#schedule(this.#options.delay);
  }

  /** Waits for what runs, and tries once more when something is left. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    if (this.#due) await this.#run();
  }

  #schedule(after: number): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#running.then(() => this.#run());
    }, after);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    this.#due = false;
    try {
      await this.#options.compact();
    } catch {
      // `compact` has told its observer.
      this.#due = true;
      this.#schedule(this.#options.retryEvery);
    }
  }
}
