import { Refusal } from './refusal.ts';
import { TokenBucket } from './token-bucket.ts';

/** The clocks of a limit. */
export interface TenantRatesOptions {
  readonly perSecond: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds, never going back. */
  readonly elapsed?: () => number;
}

/**
 * How much each tenant may ask for. Only for tenants whose front door signed: else anybody could use up what is
 * another's, and there would be no end of tenants.
 */
export class TenantRates {
  readonly #options: Required<TenantRatesOptions>;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: TenantRatesOptions) {
    this.#options = { elapsed: () => performance.now(), ...options };
  }

  /** @throws Refusal `rate-limited` when the tenant had all that it may have in this second */
  take(tenant: string): void {
    const { perSecond, now, elapsed } = this.#options;
    const time = elapsed();
    const bucket = this.#buckets.get(tenant) ?? new TokenBucket(perSecond, time);
    this.#buckets.set(tenant, bucket);
    const retryAfter = bucket.take(time);
    if (retryAfter > 0) throw Refusal.rateLimited(retryAfter, now());
  }
}
