import { StrongroomError } from '@strongroom/core';
import { KeyHash } from './key-hash.ts';
import { RateLimit } from './rate-limit.ts';

/** How much one front door process takes on. */
export interface LimitFigures {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Requests of one address: many phones may share it. */
  readonly perAddressPerSecond: number;
  /** Sealed requests of one device. */
  readonly perDevicePerMinute: number;
  /** Codes that one address has sent, to whatever numbers. */
  readonly codesPerAddressPerHour: number;
  /** Codes that one address tries. */
  readonly codeTriesPerAddressPerHour: number;
}

export const defaultLimits: LimitFigures = {
  concurrency: 512,
  perAddressPerSecond: 50,
  perDevicePerMinute: 120,
  codesPerAddressPerHour: 30,
  codeTriesPerAddressPerHour: 100,
};

const hour = 3_600_000;

/** Turns away what is too much. Who asks is known by a hash in memory alone. */
export class Limits {
  readonly #concurrency: number;
  readonly #keys = new KeyHash();
  readonly #addresses: RateLimit;
  readonly #devices: RateLimit;
  readonly #codes: RateLimit;
  readonly #codeTries: RateLimit;
  #underWay = 0;

  constructor(figures: LimitFigures) {
    const { concurrency, perAddressPerSecond: requests } = figures;
    this.#concurrency = concurrency;
    this.#addresses = new RateLimit({ count: requests, within: 1000, burst: 4 * requests });
    this.#devices = new RateLimit({ count: figures.perDevicePerMinute, within: 60_000 });
    this.#codes = new RateLimit({ count: figures.codesPerAddressPerHour, within: hour });
    this.#codeTries = new RateLimit({ count: figures.codeTriesPerAddressPerHour, within: hour });
  }

  /** Requests under way. */
  get underWay(): number {
    return this.#underWay;
  }

  /**
   * Lets a request in.
   * @param now milliseconds since 1970
   * @returns what is to be called when it has ended
   * @throws StrongroomError `too-many-requests` from this address, `unavailable` when too many are under way
   */
  enter(address: string, now: number): () => void {
    check(this.#addresses, this.#keys.ofAddress(address), now);
    if (this.#underWay >= this.#concurrency)
      throw new StrongroomError('unavailable', { answered: 0, needed: 1 });
    this.#underWay += 1;
    return () => void (this.#underWay -= 1);
  }

  /** @throws StrongroomError `too-many-requests` */
  sealedRequest(deviceId: Uint8Array, now: number): void {
    check(this.#devices, this.#keys.ofDevice(deviceId), now);
  }

  /** @throws StrongroomError `too-many-requests` */
  code(address: string, now: number): void {
    check(this.#codes, this.#keys.ofAddress(address), now);
  }

  /** @throws StrongroomError `too-many-requests` */
  codeTry(address: string, now: number): void {
    check(this.#codeTries, this.#keys.ofAddress(address), now);
  }
}

function check(limit: RateLimit, key: string, now: number): void {
  const until = limit.take(key, now);
  if (until !== undefined) throw new StrongroomError('too-many-requests', { until });
}
