import { isStrongroomError, type StrongroomError } from '@strongroom/core';
import type { Device } from './device.ts';
import { acknowledgeEvents, eventFromWire, type SecurityEvent } from './events.ts';

/** How events are watched. */
export interface WatchOptions {
  readonly signal?: AbortSignal;
  /** Told when the front door is heard, and when it is not any more. */
  readonly onConnection?: (isConnected: boolean) => void;
  /** A stream on which nothing came for so long is taken for dead, milliseconds; 60,000. */
  readonly silence?: number;
}

// Between two tries to reach the front door, milliseconds; twice as long after each that fails.
const firstWait = 1000;
const longestWait = 60_000;

/**
 * What happened to this account and this device has not acknowledged, then what happens, for as long as it is read. At
 * least once each: one counts as acknowledged when the next is asked for. When the front door cannot be reached it is
 * tried again and again, less and less often. It ends when the signal is aborted.
 * @throws StrongroomError `signed-out` when this device was removed
 */
export async function* watchEvents(
  device: Device,
  options: WatchOptions = {},
): AsyncGenerator<SecurityEvent, void, undefined> {
  const watch = new Watch(device, options);
  while (options.signal?.aborted !== true) {
    try {
      yield* watch.once();
    } catch (error) {
      watch.failed(error);
    }
    await watch.pause();
  }
}

class Watch {
  readonly #device: Device;
  readonly #options: WatchOptions;
  #failures = 0;
  #waitUntil = 0;
  #mustRenew = false;
  #taken = 0;
  #isConnected = false;

  constructor(device: Device, options: WatchOptions) {
    this.#device = device;
    this.#options = options;
  }

  /** One stream to its end. */
  async *once(): AsyncGenerator<SecurityEvent, void, undefined> {
    const token = await this.#device.token({ renew: this.#mustRenew });
    const silent = new Silence(this.#options);
    try {
      for await (const event of this.#device.frontDoor().watchEvents(token, silent.signal)) {
        silent.heard();
        this.#heard();
        if (event !== undefined) yield* this.#take(eventFromWire(event, this.#device));
      }
    } finally {
      silent.end();
      this.#tell(false);
    }
  }

  /** Throws what does not pass by itself. */
  failed(error: unknown): void {
    if (this.#options.signal?.aborted === true) return;
    if (!isStrongroomError(error)) throw error;
    if (error.code === 'signed-out' && this.#mustRenew) throw error;
    if (error.code === 'newer-version' || error.code === 'profile-damaged') throw error;
    this.#mustRenew = error.code === 'signed-out';
    this.#waitUntil = untilOf(error);
  }

  /** Waits before the next try; not when a session has just ended. */
  async pause(): Promise<void> {
    const { now, pause } = this.#device.ports;
    if (this.#mustRenew && this.#failures === 0) return;
    const wait = Math.min(longestWait, firstWait * 2 ** this.#failures);
    this.#failures += 1;
    // Devices that lost the same front door are not to come back together.
    const spread = wait * (0.5 + Math.random() / 2);
    await pause(Math.max(spread, Math.min(longestWait, this.#waitUntil - now())), this.#options.signal);
  }

  #heard(): void {
    this.#failures = 0;
    this.#waitUntil = 0;
    this.#mustRenew = false;
    this.#tell(true);
  }

  #tell(isConnected: boolean): void {
    if (isConnected === this.#isConnected) return;
    this.#isConnected = isConnected;
    this.#options.onConnection?.(isConnected);
  }

  // What was taken and is sent again, because the acknowledgement got lost, is acknowledged again.
  async *#take(event: SecurityEvent): AsyncGenerator<SecurityEvent, void, undefined> {
    if (event.number > this.#taken) yield event;
    this.#taken = Math.max(this.#taken, event.number);
    await acknowledgeEvents(this.#device, this.#taken, this.#options.signal).catch(() => undefined);
  }
}

/** Aborts when nothing was heard for too long, and when the caller does. */
class Silence {
  readonly #silent = new AbortController();
  readonly #milliseconds: number;
  readonly signal: AbortSignal;
  #timer: ReturnType<typeof setTimeout>;

  constructor({ signal, silence = 60_000 }: WatchOptions) {
    this.#milliseconds = silence;
    this.signal = AbortSignal.any([this.#silent.signal, ...(signal ? [signal] : [])]);
    this.#timer = this.#start();
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
    // Whoever stops reading in the middle leaves nothing open.
    this.#silent.abort();
  }

  #start(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#silent.abort(), this.#milliseconds);
  }
}

function untilOf({ action }: StrongroomError): number {
  return action.do === 'wait' ? action.until : 0;
}
