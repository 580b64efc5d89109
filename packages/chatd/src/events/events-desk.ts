import type { DatabaseSync } from 'node:sqlite';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ListEventsResponseSchema, WatchEventsResponseSchema } from '@strongroom/wire/front-door';
import type { Caller, Sessions } from '../sessions.ts';
import type { Clock } from '../vaults/clock.ts';
import { EventStreams, type EventStream, type StreamFigures } from './event-streams.ts';
import { forgetOldEvents } from './forgetting.ts';
import { Newcomers } from './newcomers.ts';
import { SecurityEvents } from './security-events.ts';
import { eventToWire } from './to-wire.ts';

/** Between two messages of a stream at most, milliseconds. What stands between often cuts after 30 s of silence. */
export const HEARTBEAT = 20_000;
/** Events in one answer. */
export const MOST_LISTED = 100;
const hour = 3_600_000;

/** What a desk needs. */
export interface EventsDeskOptions {
  readonly database: DatabaseSync;
  readonly sessions: Sessions;
  readonly streams: StreamFigures;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clock: Clock | undefined;
}

type Watched = MessageInitShape<typeof WatchEventsResponseSchema>;

/** Where devices hear what happened to their account. */
export class EventsDesk {
  readonly events: SecurityEvents;
  readonly #options: EventsDeskOptions;
  readonly #streams: EventStreams;
  readonly #newcomers: Newcomers;
  #forgetAt = 0;

  constructor(options: EventsDeskOptions) {
    const { database, streams, now, clock } = options;
    this.#options = options;
    this.#streams = new EventStreams(streams, now, clock);
    this.#newcomers = new Newcomers(database);
    this.events = new SecurityEvents(database, now, (accountId) => this.#streams.wake(accountId));
  }

  /** Streams that are open. */
  get streams(): number {
    return this.#streams.count;
  }

  /** Wakes the streams of accounts to which something happened in another process, and forgets what is too old. */
  tend(): void {
    for (const accountId of this.#newcomers.take()) this.#streams.wake(accountId);
    const { database, now } = this.#options;
    if (now() < this.#forgetAt) return;
    this.#forgetAt = forgetOldEvents(database, now()) ? 0 : now() + hour;
  }

  endStreams(): void {
    this.#streams.endAll();
  }

  /**
   * What the caller's device has not acknowledged, then what happens. At least once each.
   * @throws StrongroomError `signed-out` when the session ends; what `EventStreams.open` throws
   */
  async *watch(caller: Caller, signal: AbortSignal): AsyncGenerator<Watched> {
    const stream = this.#streams.open(caller);
    try {
      yield* this.#watch(caller, stream, signal);
    } finally {
      this.#streams.close(stream);
    }
  }

  /** The device has taken events up to this number. */
  acknowledge({ accountId, deviceId }: Caller, number: bigint): void {
    this.events.acknowledge(accountId, deviceId, Number(number));
  }

  /** A page of events. */
  list(
    { accountId, deviceId }: Caller,
    { after, limit }: { after: bigint; limit: number },
  ): MessageInitShape<typeof ListEventsResponseSchema> {
    const most = Math.min(limit === 0 ? MOST_LISTED : limit, MOST_LISTED);
    const found = this.events.after(accountId, Number(after), most + 1);
    return {
      events: found.slice(0, most).map(eventToWire),
      hasMore: found.length > most,
      acknowledged: BigInt(this.events.acknowledged(deviceId)),
    };
  }

  async *#watch(caller: Caller, stream: EventStream, signal: AbortSignal): AsyncGenerator<Watched> {
    yield heartbeat();
    let sent = this.events.acknowledged(caller.deviceId);
    for (;;) {
      this.#options.sessions.requireStill(caller);
      const next = this.events.after(caller.accountId, sent, MOST_LISTED);
      for (const event of next) {
        yield { message: { case: 'event', value: eventToWire(event) } };
        sent = event.number;
      }
      if (next.length === MOST_LISTED) continue;
      const waited = await stream.next(HEARTBEAT, signal);
      if (waited === 'ended') return;
      if (waited === 'quiet') yield heartbeat();
    }
  }
}

function heartbeat(): Watched {
  return { message: { case: 'heartbeat', value: {} } };
}
