import type { AskedEndpoint, EtcdRequest, EtcdResponse } from './endpoint.ts';
import { EtcdFailure } from './failure.ts';
import type { Health } from './health.ts';

// After every endpoint has failed once, milliseconds: an election takes longer than the answer that it is going on.
const pauseBetweenRounds = 50;
// One attempt gets this part of the time that is left, so that some is left for others.
const share = 1 / 3;
const leastAttempt = 100;

/** How long a request may take, and who hears of what fails. */
export interface Patience {
  /** Of all attempts together, milliseconds. */
  readonly deadline: number;
  readonly onFailure: (failure: EtcdFailure, endpoint: AskedEndpoint) => void;
}

/** Asks the first endpoint of a list that is well, and others when it fails. */
export class Failover {
  readonly #endpoints: readonly AskedEndpoint[];
  readonly #health: Health;

  constructor(endpoints: readonly AskedEndpoint[], health: Health) {
    this.#endpoints = endpoints;
    this.#health = health;
  }

  /**
   * Asks until an endpoint answers.
   * @throws EtcdFailure of the last attempt, when time is up or no other attempt could do better
   */
  async ask<R extends EtcdResponse>(request: EtcdRequest<R>, { deadline, onFailure }: Patience): Promise<R> {
    const until = performance.now() + deadline;
    const tried = new Set<AskedEndpoint>();
    for (;;) {
      const endpoint = this.#choose(tried);
      tried.add(endpoint);
      try {
        return await this.#attempt(endpoint, request, until);
      } catch (error) {
        if (!(error instanceof EtcdFailure)) throw error;
        onFailure(error, endpoint);
        await this.#beforeNext(error, tried, until);
      }
    }
  }

  #choose(tried: ReadonlySet<AskedEndpoint>): AskedEndpoint {
    const untried = this.#endpoints.filter((endpoint) => !tried.has(endpoint));
    const well = untried.find((endpoint) => this.#health.isWell(endpoint));
    return well ?? untried[0] ?? this.#endpoints[0]!;
  }

  async #attempt<R extends EtcdResponse>(
    endpoint: AskedEndpoint,
    request: EtcdRequest<R>,
    until: number,
  ): Promise<R> {
    const left = until - performance.now();
    try {
      const response = await endpoint.ask(request, Math.min(left, Math.max(leastAttempt, left * share)));
      this.#health.serves(endpoint);
      return response;
    } catch (error) {
      if (error instanceof EtcdFailure && error.retry) this.#health.fails(endpoint);
      throw error;
    }
  }

  // Throws the failure when it is the last one.
  async #beforeNext(failure: EtcdFailure, tried: Set<AskedEndpoint>, until: number): Promise<void> {
    const wait = tried.size < this.#endpoints.length ? 0 : pauseBetweenRounds;
    if (!failure.retry || until - performance.now() <= wait) throw failure;
    if (wait === 0) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
    tried.clear();
  }
}
