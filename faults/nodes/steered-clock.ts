import { serving } from './serving.ts';

/** A clock of a node that can be set wrong. */
export class SteeredClock {
  #ahead = 0;

  /** Milliseconds by which it is ahead of the right time; negative: behind. */
  set ahead(milliseconds: number) {
    this.#ahead = milliseconds;
  }

  /** Milliseconds since 1970, as this node believes. */
  readonly now = (): number => {
    const now = Date.now() + this.#ahead;
    const clock = serving.getStore()?.clock;
    if (clock !== undefined) {
      clock[0] = Math.min(clock[0], now);
      clock[1] = Math.max(clock[1], now);
    }
    return now;
  };
}
