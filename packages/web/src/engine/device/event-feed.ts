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
  readonly #changed: () => void;
  #events: readonly SecurityEvent[] = [];
  #watching: { readonly stop: AbortController; readonly deviceId: string } | undefined;

  /**
   * @param heard hears of every new event, and that the account is signed out when there is none
   * @param changed hears when `views` are others
   */
  constructor(
    holder: DeviceHolder,
    settings: SettingsStore,
    heard: (event: SecurityEvent | undefined) => void,
    changed: () => void,
  ) {
    this.#holder = holder;
    this.#settings = settings;
    this.#heard = heard;
    this.#changed = changed;
  }

  /** The newest first. */
  get views(): readonly EventView[] {
    const seen = new Set(this.#settings.current.seenEvents);
    return this.#events.map((event) => viewOf(event, seen.has(event.number)));
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

  /** These were shown to the person, and none but these. What is not an event is none. */
  async seen(ids: readonly string[]): Promise<void> {
    const before = new Set(this.#settings.current.seenEvents);
    const told = new Set(ids);
    const known = this.#events.map(({ number }) => number).filter((number) => told.has(String(number)));
    const seen = new Set([...before, ...known]);
    if (seen.size === before.size) return;
    // Of those that are older nothing is shown.
    const seenEvents = [...seen].toSorted((a, b) => b - a).slice(0, mostShown);
    await this.#settings.update({ seenEvents });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { device } = this.#holder;
    let isListed = await this.#list(signal);
    // What was acknowledged is only listed, and the first time there may have been no connection.
    const onConnection = async (isConnected: boolean): Promise<void> => {
      if (isConnected && !isListed) isListed = await this.#list(signal);
    };
    for await (const event of watchEvents(device, { signal, onConnection: (is) => void onConnection(is) })) {
      this.#add(event);
      this.#heard(event);
    }
  }

  // Whether it could be asked.
  async #list(signal: AbortSignal): Promise<boolean> {
    const { device } = this.#holder;
    const found = await listEvents(device, { signal }).catch(() => undefined);
    if (found === undefined || signal.aborted) return false;
    this.#add(...found.events);
    this.#changed();
    return true;
  }

  #add(...events: readonly SecurityEvent[]): void {
    const byNumber = new Map([...this.#events, ...events].map((event) => [event.number, event]));
    const newestFirst = [...byNumber.values()].toSorted((a, b) => b.number - a.number);
    this.#events = newestFirst.slice(0, mostShown);
  }
}

function viewOf({ number, kind, at, by, removed, wrongInARow }: SecurityEvent, seen: boolean): EventView {
  const details = { by, removed, wrongInARow };
  return { id: String(number), kind, at, seen, details };
}
