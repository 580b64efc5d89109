import type { ConnectRouter, HandlerContext } from '@connectrpc/connect';
import { toMaybeApplied, toNotApplied } from '@strongroom/protocol';
import { StrongroomError } from '@strongroom/core';
import { VaultService, type ServeRequest, type ServeResponse } from '@strongroom/wire/vault';
import type { Vault } from '../../vault.ts';
import type { Gate } from '../limits/gate.ts';
import { Refusal } from '../limits/refusal.ts';
import { RequestWatch, type Watchers } from '../watch/request-watch.ts';

/** What serves requests, and in what time. */
export interface ServeRequestsOptions {
  readonly vault: Vault;
  readonly gate: Gate;
  readonly watchers: Watchers;
  /** Of one request, milliseconds. */
  readonly deadline: number;
}

/**
 * VaultService: waits for a place, serves, and says of what failed whether it may have been applied. A request that
 * is not done in time is answered so, but goes on and keeps its place until it is; what was not written by then is
 * not written any more.
 */
export class ServeRequests {
  readonly #options: ServeRequestsOptions;

  constructor(options: ServeRequestsOptions) {
    this.#options = options;
  }

  readonly routes = (router: ConnectRouter): void => {
    router.service(VaultService, { serve: (request, context) => this.#serve(request, context) });
  };

  async #serve(request: ServeRequest, context: HandlerContext): Promise<ServeResponse> {
    const watch = new RequestWatch(this.#options.watchers);
    try {
      return await this.#serveInTime(request, watch, context);
    } catch (error) {
      if (watch.mayBeApplied) throw toMaybeApplied(error);
      throw toNotApplied(error, error instanceof Refusal ? error.retryAfter : 0);
    }
  }

  async #serveInTime(
    request: ServeRequest,
    watch: RequestWatch,
    { signal, timeoutMs }: HandlerContext,
  ): Promise<ServeResponse> {
    const time = new AbortController();
    const end = (): void => time.abort();
    const timer = setTimeout(end, Math.min(this.#options.deadline, timeoutMs() ?? Infinity));
    // Whoever asked went away.
    signal.addEventListener('abort', end, { once: true });
    try {
      await this.#enter(watch, time.signal);
      return await this.#unlessLate(this.#serveInside(request, watch), watch, time.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }

  async #enter(watch: RequestWatch, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.gate.enter(signal);
    } catch (error) {
      watch.failed(error);
      throw error;
    }
  }

  async #serveInside(request: ServeRequest, watch: RequestWatch): Promise<ServeResponse> {
    const { vault, gate } = this.#options;
    try {
      const response = await vault.serve(request, watch);
      watch.served();
      return response;
    } catch (error) {
      watch.failed(error);
      throw error;
    } finally {
      gate.leave();
    }
  }

  #unlessLate(
    serving: Promise<ServeResponse>,
    watch: RequestWatch,
    signal: AbortSignal,
  ): Promise<ServeResponse> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        watch.expire();
        this.#options.watchers.metrics.deadline();
        reject(
          watch.mayBeApplied
            ? new StrongroomError('unavailable', { answered: 0, needed: 1 })
            : Refusal.late(),
        );
      };
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp, { once: true });
      serving.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    });
  }
}
