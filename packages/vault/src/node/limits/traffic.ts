import { Refusal } from './refusal.ts';

/** The requests that were let in and are not answered yet, from their first byte to the last of their answer. */
export class Traffic {
  readonly #most: number;
  #open = 0;
  #isDraining = false;
  readonly #idle: (() => void)[] = [];

  /** @param most how many at once, those included whose body is still on its way */
  constructor(most: number) {
    this.#most = most;
  }

  get open(): number {
    return this.#open;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Lets a request in, which calls `leave` when it is over; or says why not. */
  enter(): Refusal | undefined {
    if (this.#isDraining) return Refusal.draining();
    if (this.#open >= this.#most) return Refusal.overloaded();
    this.#open += 1;
    return undefined;
  }

  leave(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** From now on lets nobody in. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Resolves when nobody is inside: with `true`, or with `false` when that takes longer than so many milliseconds. */
  async idle(within: number): Promise<boolean> {
    if (this.#open === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#idle.push(() => resolve(true));
    const timer = setTimeout(() => resolve(false), within);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
