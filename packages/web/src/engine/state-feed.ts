import type { EngineState } from './contract.ts';

export type Listener = (state: EngineState) => void;

// At most ten times a second.
const pause = 100;

/** Tells whoever watches how things stand: at once, and whenever something changed, but not too often. */
export class StateFeed {
  readonly #read: () => EngineState;
  readonly #listeners = new Set<Listener>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #toldAt = 0;

  /** @param read makes a new state from what is now */
  constructor(read: () => EngineState) {
    this.#read = read;
  }

  watch(listener: Listener): void {
    this.#listeners.add(listener);
    listener(this.#read());
  }

  /** Something is other than before. */
  readonly changed = (): void => {
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#toldAt + pause - performance.now());
    this.#timer = setTimeout(() => this.#tell(), wait);
  };

  #tell(): void {
    this.#timer = undefined;
    this.#toldAt = performance.now();
    const state = this.#read();
    for (const listener of this.#listeners) listener(state);
  }
}
