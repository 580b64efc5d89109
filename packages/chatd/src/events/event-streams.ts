import { StrongroomError, toHex } from '@strongroom/core';
import type { Caller } from '../sessions.ts';
import { steadyClock, type Clock } from '../vaults/clock.ts';

/** How many streams of events there may be at once. */
export interface StreamFigures {
  /** With one more, the oldest ends: behind it there may be nobody any more. */
  readonly perDevice: number;
  readonly perAccount: number;
  readonly perProcess: number;
}

// Fewer than a front door takes connections: requests must find room beside them.
export const defaultStreams: StreamFigures = { perDevice: 4, perAccount: 64, perProcess: 8000 };

// After so many milliseconds an account with too many streams may try again.
const fullFor = 30_000;

/** What became of a wait: something may have happened, nothing did, or it is over. */
export type Waited = 'woken' | 'quiet' | 'ended';

/** One stream: sleeps until something may have happened. */
export class EventStream {
  readonly account: string;
  readonly device: string;
  readonly #clock: Clock;
  #isWoken = false;
  #isEnded = false;
  #sleeping = new AbortController();

  constructor({ accountId, deviceId }: Pick<Caller, 'accountId' | 'deviceId'>, clock: Clock) {
    this.account = toHex(accountId);
    this.device = toHex(deviceId);
    this.#clock = clock;
  }

  /** Something may have happened. Also when nobody sleeps at the moment. */
  wake(): void {
    this.#isWoken = true;
    this.#sleeping.abort();
  }

  end(): void {
    this.#isEnded = true;
    this.#sleeping.abort();
  }

  /** Sleeps so many milliseconds at most. */
  async next(milliseconds: number, signal: AbortSignal): Promise<Waited> {
    if (!this.#isWoken && !this.#isEnded && !signal.aborted) {
      this.#sleeping = new AbortController();
      await this.#clock.sleep(milliseconds, AbortSignal.any([this.#sleeping.signal, signal]));
    }
    if (this.#isEnded || signal.aborted) return 'ended';
    const wasWoken = this.#isWoken;
    this.#isWoken = false;
    return wasWoken ? 'woken' : 'quiet';
  }
}

/** The streams of this process. */
export class EventStreams {
  readonly #figures: StreamFigures;
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #streams = new Map<string, Set<EventStream>>();
  #count = 0;

  constructor(figures: StreamFigures, now: () => number, clock: Clock = steadyClock) {
    this.#figures = figures;
    this.#now = now;
    this.#clock = clock;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** @throws StrongroomError `too-many-requests` for this account, `unavailable` when the process has too many */
  open(caller: Pick<Caller, 'accountId' | 'deviceId'>): EventStream {
    const stream = new EventStream(caller, this.#clock);
    const ofAccount = this.#streams.get(stream.account) ?? new Set();
    this.#endOldest(ofAccount, stream.device);
    if (ofAccount.size >= this.#figures.perAccount)
      throw new StrongroomError('too-many-requests', { until: this.#now() + fullFor });
    if (this.#count >= this.#figures.perProcess)
      throw new StrongroomError('unavailable', { answered: 0, needed: 1 });
    this.#streams.set(stream.account, ofAccount.add(stream));
    this.#count += 1;
    return stream;
  }

  /** Forgets a stream. */
  close(stream: EventStream): void {
    const ofAccount = this.#streams.get(stream.account);
    if (ofAccount?.delete(stream) !== true) return;
    this.#count -= 1;
    if (ofAccount.size === 0) this.#streams.delete(stream.account);
  }

  /** Something happened to an account. */
  wake(accountId: Uint8Array): void {
    for (const stream of this.#streams.get(toHex(accountId)) ?? []) stream.wake();
  }

  /** Ends all: this process stops. */
  endAll(): void {
    for (const stream of [...this.#streams.values()].flatMap((ofAccount) => [...ofAccount])) stream.end();
  }

  // It counts no more, although whoever reads it may take some time to notice.
  #endOldest(ofAccount: ReadonlySet<EventStream>, device: string): void {
    const ofDevice = [...ofAccount].filter((stream) => stream.device === device);
    if (ofDevice.length < this.#figures.perDevice) return;
    const [oldest] = ofDevice;
    oldest?.end();
    if (oldest !== undefined) this.close(oldest);
  }
}
