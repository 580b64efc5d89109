/** What is read again, and who hears of it. */
export interface RereadingOptions<T> {
  /** Reads it. May throw. */
  readonly read: () => T;
  /** Uses what was read, which may be the same as before. May throw. */
  readonly use: (value: T) => void;
  readonly onError: (error: unknown) => void;
  /** Between two times, milliseconds. */
  readonly every: number;
}

/**
 * Reads something again now and then, and when it is told to. Whether a file changed is not asked of the file system:
 * mounted secrets are exchanged behind links, about which it says nothing.
 */
export class Rereading<T> {
  readonly #options: RereadingOptions<T>;
  readonly #timer: NodeJS.Timeout;

  constructor(options: RereadingOptions<T>) {
    this.#options = options;
    this.#timer = setInterval(() => this.now(), options.every).unref();
  }

  /** Reads it now; what cannot be read or used is told, and everything stays as it was. */
  now(): void {
    const { read, use, onError } = this.#options;
    try {
      use(read());
    } catch (error) {
      onError(error);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
