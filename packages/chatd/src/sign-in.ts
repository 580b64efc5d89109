import { randomInt } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { equalBytes, randomBytes, StrongroomError, utf8, type Bytes } from '@strongroom/core';
import type { CodeSender } from './code-sender.ts';

const minute = 60_000;
/** A code is good for so long, milliseconds. */
export const CODE_LIFETIME: number = 10 * minute;
/** Wrong codes before one is void. */
export const CODE_TRIES = 5;
/** Codes sent to one number within an hour. */
export const CODES_PER_HOUR = 6;
const hour = 60 * minute;

/** A device that signed in. */
export interface SignedIn {
  /** 16 bytes, the same on every device of the account. */
  readonly accountId: Bytes;
  /** 16 bytes. */
  readonly deviceId: Bytes;
}

/** Signs devices in by a phone number and a one-time code sent to it. */
export class SignIn {
  readonly #database: DatabaseSync;
  readonly #send: CodeSender;
  readonly #now: () => number;

  constructor(database: DatabaseSync, send: CodeSender, now: () => number) {
    this.#database = database;
    this.#send = send;
    this.#now = now;
  }

  /** Sends a code; answers when it ends. @throws StrongroomError `too-many-requests`, `wrong-usage` for what is no phone number */
  async start(phone: string): Promise<number> {
    checkPhone(phone);
    const now = this.#now();
    this.#database.prepare('DELETE FROM code WHERE sent_at <= ?').run(now - hour);
    this.#limitCodes(phone, now);
    const code = randomInt(1_000_000).toString().padStart(6, '0');
    this.#database.prepare('INSERT INTO code VALUES (?, ?, ?, ?)').run(phone, code, CODE_TRIES, now);
    await this.#deliver(phone, code);
    return now + CODE_LIFETIME;
  }

  /** Registers a device. @throws StrongroomError `wrong-code` */
  finish(phone: string, code: string, device: { publicKey: Uint8Array; name: string }): SignedIn {
    if (device.publicKey.length !== 32 || device.name.length > 100) {
      throw new StrongroomError('malformed', { what: 'the device' });
    }
    this.#checkCode(phone, code);
    this.#database.prepare('DELETE FROM code WHERE phone = ?').run(phone);
    const accountId = this.#accountOf(phone);
    const deviceId = randomBytes(16);
    this.#database
      .prepare('INSERT INTO device VALUES (?, ?, ?, ?, ?)')
      .run(deviceId, accountId, device.publicKey, device.name, this.#now());
    return { accountId, deviceId };
  }

  async #deliver(phone: string, code: string): Promise<void> {
    const sent = await this.#send(phone, code).then(() => 'sent', nameOf);
    if (sent !== 'sent') throw new Error(`the sender of codes failed (${sent})`);
  }

  #limitCodes(phone: string, now: number): void {
    const row = this.#database
      .prepare('SELECT count(*) AS sent, min(sent_at) AS first FROM code WHERE phone = ?')
      .get(phone) as { sent: number; first: number | null };
    if (row.sent < CODES_PER_HOUR) return;
    throw new StrongroomError('too-many-requests', { until: (row.first ?? now) + hour });
  }

  // Only the newest code counts, and a try is taken away before it is compared.
  #checkCode(phone: string, code: string): void {
    const newest = this.#database
      .prepare(
        'SELECT rowid, code, tries_left, sent_at FROM code WHERE phone = ? ORDER BY sent_at DESC, rowid DESC LIMIT 1',
      )
      .get(phone) as { rowid: number; code: string; tries_left: number; sent_at: number } | undefined;
    const usable =
      newest !== undefined && newest.tries_left > 0 && newest.sent_at + CODE_LIFETIME > this.#now();
    if (!usable) throw new StrongroomError('wrong-code', { triesLeft: 0 });
    this.#database.prepare('UPDATE code SET tries_left = tries_left - 1 WHERE rowid = ?').run(newest.rowid);
    if (!equalBytes(utf8(newest.code), utf8(code))) {
      throw new StrongroomError('wrong-code', { triesLeft: newest.tries_left - 1 });
    }
  }

  #accountOf(phone: string): Bytes {
    this.#database
      .prepare('INSERT INTO account VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(randomBytes(16), phone, this.#now());
    const row = this.#database.prepare('SELECT account_id FROM account WHERE phone = ?').get(phone);
    return new Uint8Array((row as { account_id: Bytes }).account_id);
  }
}

// All that is told of a sender's error: its text may quote the number or the code, and what is thrown is logged.
function nameOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? 'unknown';
}

function checkPhone(phone: string): void {
  if (/^\+[1-9]\d{6,14}$/.test(phone)) return;
  throw new StrongroomError('wrong-usage', {
    why: 'Give the phone number with its country code, digits only: +491701234567.',
  });
}
