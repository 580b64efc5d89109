/** What is done regularly, and how its end is told. */
export interface TendingOptions {
  readonly tend: () => Promise<void>;
  /** Between the end of one and the beginning of the next, milliseconds on average. */
  readonly every: number;
  readonly onDone: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Tends a vault now and then. Nodes that were started together do not stay in step: each pause is a fifth shorter or
 * longer by chance.
 */
export class Tending {
  readonly #options: TendingOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: TendingOptions) {
    this.#options = options;
    this.#schedule();
  }

  /** Tends no more, and waits so many milliseconds for what is under way, which may be cut short. */
  async stop(within: number): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, within);
    await Promise.race([this.#running, late]);
    clearTimeout(timer);
  }

  #schedule(): void {
    if (this.#isStopped) return;
    const pause = this.#options.every * (0.8 + 0.4 * Math.random());
    this.#timer = setTimeout(() => {
      this.#running = this.#tend().finally(() => this.#schedule());
    }, pause);
    this.#timer.unref();
  }

  async #tend(): Promise<void> {
    const { tend, onDone, onError } = this.#options;
    try {
      await tend();
      onDone();
    } catch (error) {
      // What is cut short when the node stops is no news.
      if (!this.#isStopped) onError(error);
    }
  }
}
