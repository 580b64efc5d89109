import type { DatabaseSync } from 'node:sqlite';
import { toHex, type Bytes } from '@strongroom/core';
import { SecurityEventKind } from '@strongroom/wire/front-door';

const day = 86_400_000;
/** Events are kept for so long, milliseconds. */
export const EVENT_LIFETIME: number = 30 * day;
/** Events kept of one account; the oldest go first. */
export const MOST_EVENTS = 1000;
// Vaults that tell of the same thing, which happened at each of them, do so within this time.
const mergedWithin = 600_000;

/** A device as an event names it. */
export interface NamedDevice {
  /** 16 bytes. */
  readonly deviceId: Bytes;
  readonly name: string;
}

/** What happened to an account. */
export interface Happening {
  readonly kind: SecurityEventKind;
  /** Who did it. */
  readonly by?: NamedDevice | undefined;
  readonly removed?: NamedDevice;
  readonly wrongInARow?: number;
}

/** The same, as it is kept. */
export interface SecurityEvent extends Happening {
  /** 1, 2, 3 and so on, of its account. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What happened to accounts within the last 30 days, for people. Whoever records may be in another process. */
export class SecurityEvents {
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  readonly #onRecorded: (accountId: Bytes) => void;

  /** @param onRecorded called within the transaction, so quick and never throwing */
  constructor(database: DatabaseSync, now: () => number, onRecorded: (accountId: Bytes) => void) {
    this.#database = database;
    this.#now = now;
    this.#onRecorded = onRecorded;
  }

  /** Adds an event; within a transaction. @param vaultId of the vault that told of it */
  record(accountId: Bytes, { kind, by, removed, wrongInARow = 0 }: Happening, toldBy = ''): void {
    this.#database
      .prepare(
        `INSERT INTO security_event (account_id, number, kind, at, device_id, device_name, removed_device_id,
          removed_device_name, wrong_in_a_row, told_by)
        SELECT ?1, 1 + coalesce(max(number), 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
        FROM security_event WHERE account_id = ?1`,
      )
      .run(
        accountId,
        SecurityEventKind[kind],
        this.#now(),
        by?.deviceId ?? null,
        by?.name ?? '',
        removed?.deviceId ?? null,
        removed?.name ?? '',
        wrongInARow,
        toldBy,
      );
    this.#forgetBeyondMost(accountId);
    this.#onRecorded(accountId);
  }

  /** Finds the event in one that other vaults have told, and this one has not yet. Answers whether there was one. */
  merge(accountId: Bytes, { kind, by }: Happening, vaultId: Uint8Array): boolean {
    const { changes } = this.#database
      .prepare(
        `UPDATE security_event SET told_by = told_by || ?1
        WHERE instr(told_by, ?1) = 0 AND event_id = (
          SELECT event_id FROM security_event
          WHERE account_id = ?2 AND kind = ?3 AND device_id IS ?4 AND at > ?5 ORDER BY number DESC LIMIT 1)`,
      )
      .run(
        vaultName(vaultId),
        accountId,
        SecurityEventKind[kind],
        by?.deviceId ?? null,
        this.#now() - mergedWithin,
      );
    return Number(changes) === 1;
  }

  /** The next events after a number, the oldest first. */
  after(accountId: Bytes, number: number, limit: number): SecurityEvent[] {
    return this.#database
      .prepare(
        'SELECT * FROM security_event WHERE account_id = ? AND number > ? AND at > ? ORDER BY number LIMIT ?',
      )
      .all(accountId, number, this.#now() - EVENT_LIFETIME, limit)
      .map((row) => fromRow(row as unknown as EventRow));
  }

  /** The newest event of some kinds. */
  newestOf(accountId: Bytes, kinds: readonly SecurityEventKind[]): SecurityEvent | undefined {
    const names = JSON.stringify(kinds.map((kind) => SecurityEventKind[kind]));
    const row = this.#database
      .prepare(
        `SELECT * FROM security_event WHERE account_id = ? AND kind IN (SELECT value FROM json_each(?))
        ORDER BY number DESC LIMIT 1`,
      )
      .get(accountId, names);
    return row && fromRow(row as unknown as EventRow);
  }

  /** How many events of a kind there are after the newest of some others. */
  countSince(
    accountId: Bytes,
    kinds: readonly SecurityEventKind[],
    since: readonly SecurityEventKind[],
  ): number {
    const from = this.newestOf(accountId, since)?.number ?? 0;
    const names = JSON.stringify(kinds.map((kind) => SecurityEventKind[kind]));
    const { n } = this.#database
      .prepare(
        `SELECT count(*) AS n FROM security_event
        WHERE account_id = ? AND number > ? AND kind IN (SELECT value FROM json_each(?))`,
      )
      .get(accountId, from, names) as { n: number };
    return n;
  }

  /** The number up to which a device needs not be sent events any more. */
  acknowledged(deviceId: Uint8Array): number {
    const row = this.#database
      .prepare('SELECT acknowledged FROM device_use WHERE device_id = ?')
      .get(deviceId);
    return (row as { acknowledged: number } | undefined)?.acknowledged ?? 0;
  }

  /** Never goes back, and never beyond what there is: a device cannot make itself deaf to what will happen. */
  acknowledge(accountId: Uint8Array, deviceId: Uint8Array, number: number): void {
    this.#database
      .prepare(
        `INSERT INTO device_use
        SELECT ?1, 0, min(?2, coalesce(max(number), 0)) FROM security_event WHERE account_id = ?3
        ON CONFLICT (device_id) DO UPDATE SET acknowledged = max(acknowledged, excluded.acknowledged)`,
      )
      .run(deviceId, number, accountId);
  }

  // The newest one stays, however old: the next number follows from it.
  #forgetBeyondMost(accountId: Bytes): void {
    this.#database
      .prepare(
        `DELETE FROM security_event WHERE account_id = ?1
          AND number <= (SELECT max(number) FROM security_event WHERE account_id = ?1) - ?2`,
      )
      .run(accountId, MOST_EVENTS);
  }
}

/** A vault's name in a list of those that told of an event. */
export function vaultName(vaultId: Uint8Array): string {
  return `${toHex(vaultId)} `;
}

interface EventRow {
  readonly number: number;
  readonly kind: string;
  readonly at: number;
  readonly device_id: Uint8Array | null;
  readonly device_name: string;
  readonly removed_device_id: Uint8Array | null;
  readonly removed_device_name: string;
  readonly wrong_in_a_row: number;
}

function fromRow(row: EventRow): SecurityEvent {
  const by = named(row.device_id, row.device_name);
  const removed = named(row.removed_device_id, row.removed_device_name);
  // A later version beside this one may have recorded what this one does not know.
  const kind = SecurityEventKind[row.kind as keyof typeof SecurityEventKind] ?? SecurityEventKind.UNSPECIFIED;
  const { number, at, wrong_in_a_row: wrongInARow } = row;
  return { number, at, kind, wrongInARow, ...(by && { by }), ...(removed && { removed }) };
}

function named(deviceId: Uint8Array | null, name: string): NamedDevice | undefined {
  return deviceId === null ? undefined : { deviceId: new Uint8Array(deviceId), name };
}
