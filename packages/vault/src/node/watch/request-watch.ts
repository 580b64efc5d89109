import { isStrongroomError } from '@strongroom/core';
import { isUnwritten } from '../../records/store-errors.ts';
import type { Outcome } from '../../rules/situation.ts';
import type { RequestKind, ServeHooks, ServeStep } from '../../serve-hooks.ts';
import { Refusal } from '../limits/refusal.ts';
import type { TenantRates } from '../limits/tenant-rates.ts';
import type { NodeMetrics } from './metrics.ts';
import type { RequestLog } from './node-log.ts';
import type { ServeTrace, ServeTraces } from './traces.ts';

/** Whom a watch tells. */
export interface Watchers {
  readonly metrics: NodeMetrics;
  readonly log: RequestLog;
  readonly traces: ServeTraces;
  readonly rates: TenantRates;
}

/** Watches one request from when it was read: what it does, whether it may have been applied, and how it ends. */
export class RequestWatch implements ServeHooks {
  readonly #watchers: Watchers;
  readonly #trace: ServeTrace | undefined;
  readonly #started = performance.now();
  #tenant = '';
  #kind: RequestKind | 'unopened' = 'unopened';
  #outcome: string | undefined;
  #mayBeApplied = false;
  #isExpired = false;

  constructor(watchers: Watchers) {
    this.#watchers = watchers;
    this.#trace = watchers.traces.start();
  }

  /** Whether something of it was written, or may still be. */
  get mayBeApplied(): boolean {
    return this.#mayBeApplied;
  }

  /** Nobody waits for it any more: from now on no write of it begins. */
  expire(): void {
    this.#isExpired = true;
  }

  readonly step = <T>(name: ServeStep, run: () => T): T => {
    if (name === 'write') this.#beforeWrite();
    const end = this.#trace?.step(name);
    return whenOver(run, (error, result) => {
      if (name === 'write' && (result === 'conflict' || isUnwritten(error))) this.#mayBeApplied = false;
      end?.(error !== undefined);
    });
  };

  readonly onTenant = (tenant: string): void => {
    const { metrics, rates } = this.#watchers;
    this.#tenant = tenant;
    metrics.tenant(tenant);
    rates.take(tenant);
  };

  readonly onKind = (kind: RequestKind): void => {
    this.#kind = kind;
  };

  readonly onCap = (): void => {
    this.#watchers.metrics.cap(this.#tenant);
  };

  readonly onOutcome = ({ reply: { reply }, event, isRepetition = false }: Outcome): void => {
    const { metrics } = this.#watchers;
    this.#outcome = reply.case === 'refused' ? reply.value.code : reply.case;
    if (isRepetition) return;
    metrics.event(event);
    if (reply.case === 'begun') metrics.guess(this.#tenant);
  };

  /** It was answered, or could have been. */
  served(): void {
    this.#end(this.#outcome ?? 'unknown', false);
  }

  /** It ended in an error. */
  failed(error: unknown): void {
    const { metrics, log } = this.#watchers;
    const code = codeOf(error);
    metrics.hsmError(error);
    if (code === 'rate-limited') metrics.rateLimited(this.#tenant);
    if (isRefusal(error)) log.refused(this.#kind, code);
    else log.failed(this.#kind, error);
    this.#end(code, true);
  }

  #beforeWrite(): void {
    if (this.#isExpired) throw Refusal.late();
    this.#mayBeApplied = true;
  }

  #end(outcome: string, failed: boolean): void {
    const seconds = (performance.now() - this.#started) / 1000;
    this.#watchers.metrics.request(this.#kind, outcome, seconds);
    this.#trace?.end(this.#kind, outcome, failed);
  }
}

/** A stable code of why a request was not served. */
function codeOf(error: unknown): string {
  if (error instanceof Refusal) return error.reason;
  return isStrongroomError(error) ? error.code : 'internal';
}

// What whoever asked did wrong, or what the limits are for; anything else is the node's own trouble.
function isRefusal(error: unknown): boolean {
  return error instanceof Refusal || isStrongroomError(error, 'not-authorised', 'malformed');
}

/** Runs something, and tells when it is over, at once or when its promise is settled. */
function whenOver<T>(run: () => T, over: (error: unknown, result?: unknown) => void): T {
  let result: T;
  try {
    result = run();
  } catch (error) {
    over(error ?? new Error('nothing was thrown'));
    throw error;
  }
  if (result instanceof Promise) void tellOf(result, over);
  else over(undefined, result);
  return result;
}

// Hears of it before whoever is given the promise afterwards.
async function tellOf(
  promise: Promise<unknown>,
  over: (error: unknown, result?: unknown) => void,
): Promise<void> {
  try {
    over(undefined, await promise);
  } catch (error) {
    over(error);
  }
}
