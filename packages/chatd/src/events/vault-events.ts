import type { DatabaseSync } from 'node:sqlite';
import { toHex, type Bytes } from '@strongroom/core';
import { SecurityEventKind } from '@strongroom/wire/front-door';
import { VaultEvent } from '@strongroom/wire/vault';
import { inTransaction } from '../database.ts';
import type { Devices } from '../devices/devices.ts';
import { Guesses } from './guesses.ts';
import { vaultName, type Happening, type SecurityEvents } from './security-events.ts';

/** What a vault told of a request that was carried to it. */
export interface ToldEvent {
  readonly accountId: Bytes;
  /** Who asked. */
  readonly deviceId: Bytes;
  readonly vaultId: Uint8Array;
  readonly event: VaultEvent;
  /** 16 bytes of what may be told again. */
  readonly eventId: Uint8Array | undefined;
}

/** What a registration of another key came to. */
const replacement = [
  SecurityEventKind.REPLACEMENT_ASKED,
  SecurityEventKind.REPLACEMENT_CANCELLED,
  SecurityEventKind.REPLACEMENT_DONE,
  SecurityEventKind.ERASED,
];
const wrong = [SecurityEventKind.WRONG_PASSWORD, SecurityEventKind.LOCKED];
// After these nothing is left of the wrong passwords before.
const settling = [
  SecurityEventKind.BACKUP_OPENED,
  SecurityEventKind.PASSWORD_SET,
  SecurityEventKind.PASSWORD_CHANGED,
  SecurityEventKind.REPLACEMENT_DONE,
  SecurityEventKind.ERASED,
];

const kinds: ReadonlyMap<VaultEvent, SecurityEventKind> = new Map([
  [VaultEvent.OPENED, SecurityEventKind.BACKUP_OPENED],
  [VaultEvent.REGISTERED, SecurityEventKind.PASSWORD_SET],
  [VaultEvent.REPLACEMENT_PROPOSED, SecurityEventKind.REPLACEMENT_ASKED],
  [VaultEvent.DROPPED, SecurityEventKind.REPLACEMENT_CANCELLED],
  [VaultEvent.ERASED, SecurityEventKind.ERASED],
]);

/** What its parts are. */
export interface VaultEventsOptions {
  readonly database: DatabaseSync;
  readonly events: SecurityEvents;
  readonly devices: Devices;
  readonly now: () => number;
}

/** Makes of what vaults tell what people are told. */
export class VaultEvents {
  readonly #options: VaultEventsOptions;
  readonly #guesses: Guesses;

  constructor(options: VaultEventsOptions) {
    this.#options = options;
    this.#guesses = new Guesses(options.database, options.now);
  }

  /**
   * Keeps what a vault told; answers whether it is new. A vault tells an event again when a request is repeated, for the
   * first answer may have been lost on the way here.
   */
  told(told: ToldEvent): boolean {
    const { database } = this.#options;
    return inTransaction(database, () => {
      const isNew = this.#keep(told);
      if (isNew) this.#interpret(told);
      return isNew;
    });
  }

  /** Tells of guesses that opened nothing in time. To be called again and again, in any process. */
  settle(): void {
    const { database, events, devices } = this.#options;
    if (!this.#guesses.areDue()) return;
    inTransaction(database, () => {
      for (const { accountId, deviceId, isLast } of this.#guesses.takeWrong()) {
        const wrongInARow = 1 + events.countSince(accountId, wrong, settling);
        const kind = isLast ? SecurityEventKind.LOCKED : SecurityEventKind.WRONG_PASSWORD;
        events.record(accountId, { kind, by: devices.named(deviceId), wrongInARow });
      }
    });
  }

  #keep({ accountId, event, eventId }: ToldEvent): boolean {
    const { database, now } = this.#options;
    const { changes } = database
      .prepare('INSERT INTO event (account_id, kind, at, told_as) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(accountId, VaultEvent[event] ?? 'UNKNOWN', now(), eventId ?? null);
    return Number(changes) === 1;
  }

  #interpret(told: ToldEvent): void {
    const { accountId, deviceId, vaultId, event } = told;
    const isLast = event === VaultEvent.LAST_GUESS_COUNTED;
    if (isLast || event === VaultEvent.GUESS_COUNTED)
      return this.#guesses.counted({ accountId, deviceId, isLast }, vaultId);
    if (event === VaultEvent.OPENED) this.#guesses.wasRight(deviceId, vaultId);
    this.#record(told, this.#kindsOf(told));
  }

  // The first of the kinds is what it is; as any of them, another vault may have told it already.
  #record(
    { accountId, deviceId, vaultId }: ToldEvent,
    kinds: readonly (SecurityEventKind | 'nothing')[],
  ): void {
    const { events, devices } = this.#options;
    const by = devices.named(deviceId);
    const happenings = kinds.flatMap((kind): Happening[] => (kind === 'nothing' ? [] : [{ kind, by }]));
    if (happenings.some((happening) => events.merge(accountId, happening, vaultId))) return;
    const [first] = kinds;
    if (first !== undefined && first !== 'nothing')
      events.record(accountId, { kind: first, by }, vaultName(vaultId));
  }

  #kindsOf({ accountId, deviceId, event }: ToldEvent): readonly (SecurityEventKind | 'nothing')[] {
    const asked = this.#openReplacement(accountId);
    if (event === VaultEvent.REPLACED) {
      const both = [SecurityEventKind.REPLACEMENT_DONE, SecurityEventKind.PASSWORD_CHANGED];
      return asked !== undefined && toHex(asked) === toHex(deviceId) ? both : both.toReversed();
    }
    // Else a device took back an unfinished change of its own password.
    if (event === VaultEvent.DROPPED && asked === undefined)
      return ['nothing', SecurityEventKind.REPLACEMENT_CANCELLED];
    const kind = kinds.get(event);
    return kind === undefined ? [] : [kind];
  }

  // The device that asked for a replacement of which nothing has come yet.
  #openReplacement(accountId: Bytes): Bytes | undefined {
    const newest = this.#options.events.newestOf(accountId, replacement);
    return newest?.kind === SecurityEventKind.REPLACEMENT_ASKED ? newest.by?.deviceId : undefined;
  }
}
