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

/** Adds a device to an account; answers its id. @throws StrongroomError `too-many-devices` */
export type RegisterDevice = (
  accountId: Bytes,
  device: { readonly publicKey: Uint8Array; readonly name: string },
) => Bytes;

/** What signing in needs. */
export interface SignInOptions {
  readonly database: DatabaseSync;
  readonly send: CodeSender;
  readonly register: RegisterDevice;
  readonly now: () => number;
}

/** Signs devices in by a phone number and a one-time code sent to it. */
export class SignIn {
  readonly #database: DatabaseSync;
  readonly #send: CodeSender;
  readonly #register: RegisterDevice;
  readonly #now: () => number;

  constructor({ database, send, register, now }: SignInOptions) {
    this.#database = database;
    this.#send = send;
    this.#register = register;
    this.#now = now;
  }

  /** Sends a code; answers when it ends. @throws StrongroomError `too-many-requests`, `wrong-usage` for what is no phone number */
  async start(phone: string): Promise<number> {
    checkPhone(phone);
    const now = this.#now();
    this.#database.prepare('DELETE FROM code WHERE sent_at <= ?').run(now - hour);
    const code = randomInt(1_000_000).toString().padStart(6, '0');
    this.#keep(phone, code, now);
    await this.#deliver(phone, code);
    return now + CODE_LIFETIME;
  }

  /** Registers a device. @throws StrongroomError `wrong-code`, `too-many-devices`: the code is used up then */
  finish(phone: string, code: string, device: { publicKey: Uint8Array; name: string }): SignedIn {
    if (device.publicKey.length !== 32 || device.name.length > 100) {
      throw new StrongroomError('malformed', { what: 'the device' });
    }
    this.#checkCode(phone, code);
    const accountId = this.#accountOf(phone);
    return { accountId, deviceId: this.#register(accountId, device) };
  }

  async #deliver(phone: string, code: string): Promise<void> {
    const sent = await this.#send(phone, code).then(() => 'sent', nameOf);
    if (sent !== 'sent') throw new Error(`the sender of codes failed (${sent})`);
  }

  // Counted in the statement that adds one: another process may be at it, too.
  #keep(phone: string, code: string, now: number): void {
    const { changes } = this.#database
      .prepare('INSERT INTO code SELECT ?, ?, ?, ? WHERE (SELECT count(*) FROM code WHERE phone = ?) < ?')
      .run(phone, code, CODE_TRIES, now, phone, CODES_PER_HOUR);
    if (Number(changes) === 1) return;
    const { first } = this.#database
      .prepare('SELECT min(sent_at) AS first FROM code WHERE phone = ?')
      .get(phone) as { first: number | null };
    throw new StrongroomError('too-many-requests', { until: (first ?? now) + hour });
  }

  // Only the newest code counts, and a try is taken away before it is compared. Whoever deletes it has used it: two
  // processes that are asked at once give neither more tries nor two devices for one code.
  #checkCode(phone: string, code: string): void {
    const newest = this.#takeTry(phone);
    if (newest === undefined) throw new StrongroomError('wrong-code', { triesLeft: 0 });
    if (!equalBytes(utf8(newest.code), utf8(code)))
      throw new StrongroomError('wrong-code', { triesLeft: newest.tries_left });
    const { changes } = this.#database
      .prepare(
        'DELETE FROM code WHERE phone = ? AND EXISTS (SELECT 1 FROM code WHERE rowid = ? AND code = ?)',
      )
      .run(phone, newest.rowid, newest.code);
    if (Number(changes) === 0) throw new StrongroomError('wrong-code', { triesLeft: 0 });
  }

  #takeTry(phone: string): { rowid: number; code: string; tries_left: number } | undefined {
    const taken = this.#database
      .prepare(
        `UPDATE code SET tries_left = tries_left - 1
        WHERE rowid = (SELECT rowid FROM code WHERE phone = ? ORDER BY sent_at DESC, rowid DESC LIMIT 1)
          AND tries_left > 0 AND sent_at > ?
        RETURNING rowid, code, tries_left`,
      )
      .get(phone, this.#now() - CODE_LIFETIME);
    return taken as { rowid: number; code: string; tries_left: number } | undefined;
  }

  #accountOf(phone: string): Bytes {
    this.#database
      .prepare('INSERT INTO account (account_id, phone, made_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
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
