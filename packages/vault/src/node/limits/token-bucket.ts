/** Lets through so many a second on average, and a second's worth at once. */
export class TokenBucket {
  readonly #perSecond: number;
  #tokens: number;
  #at: number;

  /** @param now milliseconds, on any clock that does not go back */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#at = now;
  }

  /** Takes one: 0; or says after how many milliseconds there will be one. */
  take(now: number): number {
    const grown = (Math.max(0, now - this.#at) * this.#perSecond) / 1000;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + grown);
    this.#at = Math.max(now, this.#at);
    if (this.#tokens < 1) return ((1 - this.#tokens) * 1000) / this.#perSecond;
    this.#tokens -= 1;
    return 0;
  }
}
