import { checkFleetKeys, readFleetKeys } from '../fleet-keys.ts';
import type { Hsm } from '../hsm/hsm.ts';
import type { RecordStore } from '../records/record-store.ts';

/** Whether requests should be sent here, and why not. Stable words. */
export type Ready = 'ready' | 'starting' | 'draining' | 'store' | 'hsm' | 'epochs';

/** What must answer. */
export interface ReadinessParts {
  readonly store: RecordStore;
  readonly hsm: Hsm;
  /** Looks up the epoch in use. @throws as `EpochKeeper.refresh` */
  readonly refresh: () => Promise<void>;
}

// However often it is asked, the store and the HSM are asked once in so many milliseconds.
const fresh = 500;
const timeout = 3000;

/**
 * Says whether the node can serve: the vault's own keys can be read from the store and opened by the HSM, and the node
 * may write, because it is in the fleet and has the key of the epoch in use.
 */
export class Readiness {
  readonly #onChange: (ready: boolean) => void;
  #parts: ReadinessParts | undefined;
  #isDraining = false;
  #last: { readonly at: number; readonly answer: Promise<Ready> } | undefined;

  /** @param onAnswer told what every answer says */
  constructor(onAnswer: (ready: boolean) => void) {
    this.#onChange = onAnswer;
  }

  /** The node serves now. */
  started(parts: ReadinessParts): void {
    this.#parts = parts;
  }

  /** The node is about to stop. */
  drain(): void {
    this.#isDraining = true;
  }

  async check(): Promise<Ready> {
    const answer = await this.#answer();
    // It may have begun to drain meanwhile.
    const ready = this.#isDraining ? 'draining' : answer;
    this.#onChange(ready === 'ready');
    return ready;
  }

  async #answer(): Promise<Ready> {
    if (this.#isDraining) return 'draining';
    if (this.#parts === undefined) return 'starting';
    const now = performance.now();
    if (this.#last === undefined || now - this.#last.at > fresh)
      this.#last = { at: now, answer: ask(this.#parts) };
    return this.#last.answer;
  }
}

async function ask({ store, hsm, refresh }: ReadinessParts): Promise<Ready> {
  const value = await inTime(readFleetKeys(store));
  if (value === undefined) return 'store';
  const opened = await inTime(checkFleetKeys(value, hsm).then(() => true));
  if (opened !== true) return 'hsm';
  const refreshed = await inTime(refresh().then(() => true));
  return refreshed === true ? 'ready' : 'epochs';
}

/** What a promise brings, or `undefined` when it fails or takes too long. */
async function inTime<T>(promise: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), timeout);
  try {
    return await Promise.race([promise.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
