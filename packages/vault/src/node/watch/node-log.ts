import type { Logger } from 'pino';
import { TokenBucket } from '../limits/token-bucket.ts';
import { describeError } from './describe-error.ts';

const linesPerSecond = 20;

/** What a node logs about requests: never who asked. Under attack it says how many lines it left out. */
export class RequestLog {
  readonly #log: Logger;
  readonly #bucket = new TokenBucket(linesPerSecond, performance.now());
  #omitted = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A request that was not served, for a reason that has a stable code. */
  refused(kind: string, code: string): void {
    this.#write((more) => this.#log.info({ kind, refused: code, ...more }, 'refused'));
  }

  /** A request that could not be served. */
  failed(kind: string, error: unknown): void {
    this.#write((more) => this.#log.error({ kind, error: describeError(error), ...more }, 'failed'));
  }

  #write(line: (more: { readonly omitted?: number }) => void): void {
    if (this.#bucket.take(performance.now()) > 0) {
      this.#omitted += 1;
      return;
    }
    line(this.#omitted > 0 ? { omitted: this.#omitted } : {});
    this.#omitted = 0;
  }
}
