/** A clock that stands still until it is moved. */
export class TestClock {
  #time: number;

  /** @param start milliseconds since 1970 */
  constructor(start: number = Date.UTC(2030, 0, 1)) {
    this.#time = start;
  }

  /** Milliseconds since 1970. */
  readonly now = (): number => this.#time;

  /** Moves the clock by so many milliseconds. */
  advance(milliseconds: number): void {
    this.#time += milliseconds;
  }
}

/** Lengths of time in milliseconds. */
export const minute = 60_000;
export const hour: number = 60 * minute;
export const day: number = 24 * hour;
export const week: number = 7 * day;
