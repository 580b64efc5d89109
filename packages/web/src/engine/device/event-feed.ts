import { listEvents, watchEvents, type SecurityEvent } from '@strongroom/client';
import { isStrongroomError } from '@strongroom/core';
import type { EventView } from '../contract.ts';
import type { SettingsStore } from '../settings.ts';
import type { DeviceHolder } from './device-holder.ts';

// The newest are shown.
const mostShown = 200;

/** What happened to the account: what the front door tells while it can be reached. */
export class EventFeed {
  readonly #holder: DeviceHolder;
  readonly #settings: SettingsStore;
  readonly #heard: (event: SecurityEvent | undefined) => void;
  #events: readonly SecurityEvent[] = [];
  #watching: { readonly stop: AbortController; readonly deviceId: string } | undefined;

  /** @param heard hears of every new event, and that the account is signed out when there is none */
  constructor(
    holder: DeviceHolder,
    settings: SettingsStore,
    heard: (event: SecurityEvent | undefined) => void,
  ) {
    this.#holder = holder;
    this.#settings = settings;
    this.#heard = heard;
  }

  /** The newest first. */
  get views(): readonly EventView[] {
    const { seenEvent = 0 } = this.#settings.current;
    return this.#events.map((event) => viewOf(event, seenEvent));
  }

  /** Follows the account that the device is signed in to now. */
  follow(): void {
    const deviceId = this.#holder.readable?.state.account?.deviceId;
    if (deviceId === this.#watching?.deviceId) return;
    this.stop();
    if (deviceId === undefined) return;
    const stop = new AbortController();
    this.#watching = { stop, deviceId };
    this.#watch(stop.signal).catch((error: unknown) => {
      if (isStrongroomError(error, 'signed-out')) this.#heard(undefined);
    });
  }

  stop(): void {
    this.#watching?.stop.abort();
    this.#watching = undefined;
    this.#events = [];
  }

  /** These were shown to the person. */
  async seen(ids: readonly string[]): Promise<void> {
    const { seenEvent = 0 } = this.#settings.current;
    const newest = Math.max(seenEvent, ...ids.map(Number).filter(Number.isSafeInteger));
    if (newest > seenEvent) await this.#settings.update({ seenEvent: newest });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { device } = this.#holder;
    const { events } = await listEvents(device, { signal }).catch(() => ({ events: [] }));
    this.#add(...events);
    for await (const event of watchEvents(device, { signal })) {
      this.#add(event);
      this.#heard(event);
    }
  }

  #add(...events: readonly SecurityEvent[]): void {
    const byNumber = new Map([...this.#events, ...events].map((event) => [event.number, event]));
    const newestFirst = [...byNumber.values()].toSorted((a, b) => b.number - a.number);
    this.#events = newestFirst.slice(0, mostShown);
  }
}

function viewOf({ number, kind, at, by, removed, wrongInARow }: SecurityEvent, seen: number): EventView {
  const details = { by, removed, wrongInARow };
  return { id: String(number), kind, at, seen: number <= seen, details };
}
