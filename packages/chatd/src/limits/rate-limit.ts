/** How much is let through. */
export interface Rate {
  /** So many within the time, evenly. */
  readonly count: number;
  /** Milliseconds. */
  readonly within: number;
  /** So many at once after a quiet time; `count` unless said otherwise. */
  readonly burst?: number;
}

/** Keys that are remembered; with more at once, those that asked longest ago are forgotten. */
export const MOST_KEYS = 100_000;

// Fractions of milliseconds that sums of fractions may be off by.
const rounding = 1e-3;

/**
 * Lets each key through at a rate: the generic cell rate algorithm (ITU-T I.371), one number a key. Kept in memory: m
 * processes let through m times as much.
 */
export class RateLimit {
  // By key, the time at which it would be even again. In the order of asking.
  readonly #even = new Map<string, number>();
  readonly #interval: number;
  readonly #burst: number;
  readonly #mostKeys: number;

  constructor({ count, within, burst = count }: Rate, mostKeys: number = MOST_KEYS) {
    this.#interval = within / count;
    this.#burst = burst;
    this.#mostKeys = mostKeys;
  }

  /** Takes one; or answers until when none is left, milliseconds. */
  take(key: string, now: number): number | undefined {
    const ahead = Math.max(0, (this.#even.get(key) ?? now) - now);
    const excess = ahead - this.#interval * (this.#burst - 1);
    if (excess > rounding) return Math.ceil(now + excess);
    this.#even.delete(key);
    this.#even.set(key, now + ahead + this.#interval);
    this.#forget(now);
    return undefined;
  }

  // The first ones asked longest ago; who is even again needs not be remembered.
  #forget(now: number): void {
    for (const [key, even] of this.#even) {
      if (even > now && this.#even.size <= this.#mostKeys) return;
      this.#even.delete(key);
    }
  }
}
