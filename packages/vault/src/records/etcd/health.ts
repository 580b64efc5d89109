import type { AskedEndpoint, EtcdRequest, EtcdResponse } from './endpoint.ts';
import { EtcdFailure } from './failure.ts';

/** With what, and how often, an endpoint is tried that failed. */
export interface HealthOptions {
  /** Succeeds at a member alone that is one of a majority. */
  readonly probe: EtcdRequest<EtcdResponse>;
  /** Of one try, milliseconds. */
  readonly timeout: number;
  /** Between two tries, milliseconds. */
  readonly every: number;
}

/** Which endpoints are well. One that is not is asked by probes until it serves again. */
export class Health {
  readonly #options: HealthOptions;
  readonly #suspects = new Set<AskedEndpoint>();
  readonly #probes = new Map<AskedEndpoint, NodeJS.Timeout>();
  #closed = false;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  isWell(endpoint: AskedEndpoint): boolean {
    return !this.#suspects.has(endpoint);
  }

  /** It has just served a request. */
  serves(endpoint: AskedEndpoint): void {
    this.#suspects.delete(endpoint);
  }

  /** It has just failed, or is about to. */
  fails(endpoint: AskedEndpoint): void {
    this.#suspects.add(endpoint);
    if (this.#closed || this.#probes.has(endpoint)) return;
    const timer = setTimeout(() => void this.#probe(endpoint), this.#options.every);
    this.#probes.set(endpoint, timer.unref());
  }

  /** Stops the probes. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#probes.values()) clearTimeout(timer);
  }

  async #probe(endpoint: AskedEndpoint): Promise<void> {
    if (!this.isWell(endpoint)) await this.#ask(endpoint);
    this.#probes.delete(endpoint);
    if (!this.isWell(endpoint)) this.fails(endpoint);
  }

  async #ask(endpoint: AskedEndpoint): Promise<void> {
    const { probe, timeout } = this.#options;
    try {
      await endpoint.ask(probe, timeout);
      this.serves(endpoint);
    } catch (error) {
      // A connection over which nothing comes back may be dead without saying so.
      if (error instanceof EtcdFailure && error.code === 'timeout') endpoint.reset();
    }
  }
}
