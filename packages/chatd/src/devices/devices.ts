import type { DatabaseSync } from 'node:sqlite';
import { randomBytes, StrongroomError, toHex, type Bytes } from '@strongroom/core';
import { SecurityEventKind } from '@strongroom/wire/front-door';
import { inTransaction } from '../database.ts';
import type { NamedDevice, SecurityEvents } from '../events/security-events.ts';
import type { Caller } from '../sessions.ts';

/** Devices of one account. */
export const MOST_DEVICES = 32;
const day = 86_400_000;

/** A device that is signed in. Times are milliseconds since 1970. */
export interface SignedInDevice extends NamedDevice {
  readonly signedInAt: number;
  /** The beginning of a day, in UTC; 0: not known. */
  readonly lastSeenDay: number;
}

/** The devices of accounts: who is signed in, and out again. */
export class Devices {
  readonly #database: DatabaseSync;
  readonly #events: SecurityEvents;
  readonly #now: () => number;

  constructor(database: DatabaseSync, events: SecurityEvents, now: () => number) {
    this.#database = database;
    this.#events = events;
    this.#now = now;
  }

  /** Adds a device, and tells the others of the account. @throws StrongroomError `too-many-devices` */
  register(accountId: Bytes, { publicKey, name }: { publicKey: Uint8Array; name: string }): Bytes {
    const deviceId = randomBytes(16);
    inTransaction(this.#database, () => {
      this.#add(deviceId, accountId, publicKey, name);
      this.#events.record(accountId, {
        kind: SecurityEventKind.DEVICE_SIGNED_IN,
        by: { deviceId, name },
      });
      // It is sent what happens from now on.
      this.#events.acknowledge(accountId, deviceId, Number.MAX_SAFE_INTEGER);
      this.seen(deviceId);
    });
    return deviceId;
  }

  /** The devices of an account, the one that signed in last first. */
  list(accountId: Bytes): SignedInDevice[] {
    return this.#database
      .prepare(
        `SELECT device_id, name, made_at, coalesce(last_seen_day, 0) AS last_seen_day
        FROM device LEFT JOIN device_use USING (device_id)
        WHERE account_id = ? ORDER BY made_at DESC, device.rowid DESC`,
      )
      .all(accountId)
      .map((row) => fromRow(row as unknown as DeviceRow));
  }

  /** How a device is called; nothing when it is not signed in any more. */
  named(deviceId: Bytes): NamedDevice {
    const row = this.#database.prepare('SELECT name FROM device WHERE device_id = ?').get(deviceId);
    return { deviceId, name: (row as { name: string } | undefined)?.name ?? '' };
  }

  /** Notes the day. It is all that is kept of when a device was here. */
  seen(deviceId: Bytes): void {
    const today = this.#now() - (this.#now() % day);
    this.#database
      .prepare(
        `INSERT INTO device_use SELECT device_id, ?2, 0 FROM device WHERE device_id = ?1
        ON CONFLICT (device_id) DO UPDATE SET last_seen_day = ?2 WHERE last_seen_day < ?2`,
      )
      .run(deviceId, today);
  }

  /**
   * Signs a device of the caller's account out: its sessions end and its key is good for nothing, at once and in every
   * process.
   * @throws StrongroomError `wrong-usage` when the account has no such device
   */
  revoke({ accountId, deviceId: by }: Caller, deviceId: Bytes): void {
    inTransaction(this.#database, () => {
      const asking = this.named(by);
      const removed = this.#take(accountId, deviceId);
      const isItself = toHex(by) === toHex(deviceId);
      this.#events.record(
        accountId,
        isItself
          ? { kind: SecurityEventKind.DEVICE_SIGNED_OUT, by: removed }
          : { kind: SecurityEventKind.DEVICE_REMOVED, by: asking, removed },
      );
    });
  }

  // Counted in the statement that adds one.
  #add(deviceId: Bytes, accountId: Bytes, publicKey: Uint8Array, name: string): void {
    const { changes } = this.#database
      .prepare(
        `INSERT INTO device (device_id, account_id, public_key, name, made_at)
        SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM device WHERE account_id = ?2) < ?6`,
      )
      .run(deviceId, accountId, publicKey, name, this.#now(), MOST_DEVICES);
    if (Number(changes) === 0) throw new StrongroomError('too-many-devices', { most: MOST_DEVICES });
  }

  #take(accountId: Bytes, deviceId: Bytes): NamedDevice {
    const row = this.#database
      .prepare('SELECT name FROM device WHERE device_id = ? AND account_id = ?')
      .get(deviceId, accountId) as { name: string } | undefined;
    if (row === undefined) {
      const why = 'This account has no such device, or has it no more.';
      throw new StrongroomError('wrong-usage', { why });
    }
    for (const table of ['session', 'challenge', 'device'])
      this.#database.prepare(`DELETE FROM ${table} WHERE device_id = ?`).run(deviceId);
    return { deviceId, name: row.name };
  }
}

interface DeviceRow {
  readonly device_id: Uint8Array;
  readonly name: string;
  readonly made_at: number;
  readonly last_seen_day: number;
}

function fromRow({ device_id, name, made_at, last_seen_day }: DeviceRow): SignedInDevice {
  return {
    deviceId: new Uint8Array(device_id),
    name,
    signedInAt: made_at,
    lastSeenDay: last_seen_day,
  };
}
