import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { randomBytes, StrongroomError, toHex, type Bytes } from '@strongroom/core';
import { sessionSigned, verifySignature } from '@strongroom/protocol';

const minute = 60_000;
/** A session lives so long, milliseconds; the device key gets the next one. */
export const SESSION_LIFETIME: number = 15 * minute;
const challengeLifetime = 2 * minute;

/** Who is asking. */
export interface Caller {
  readonly accountId: Bytes;
  readonly deviceId: Bytes;
  /** Names the session: the hash of its token. */
  readonly session: Bytes;
}

/** A bearer token and its end, milliseconds since 1970. */
export interface NewSession {
  readonly token: string;
  readonly expiresAt: number;
}

/** Sessions of signed-in devices: short-lived tokens, renewed by the device key. Only hashes of tokens are stored. */
export class Sessions {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** A new session of a device that has just proven itself. @throws StrongroomError `signed-out` when it was removed meanwhile */
  open(deviceId: Bytes): NewSession {
    const token = toHex(randomBytes(32));
    const expiresAt = this.#now() + SESSION_LIFETIME;
    this.#database.prepare('DELETE FROM session WHERE expires_at < ?').run(this.#now());
    const { changes } = this.#database
      .prepare(
        `INSERT INTO session (token_hash, device_id, expires_at)
        SELECT ?, device_id, ? FROM device WHERE device_id = ?`,
      )
      .run(hash(token), expiresAt, deviceId);
    if (Number(changes) === 0) throw new StrongroomError('signed-out', {});
    return { token, expiresAt };
  }

  /** 32 random bytes for a device to sign, good once and for two minutes. An unknown device gets bytes that are good for nothing. */
  challenge(deviceId: Uint8Array): Bytes {
    const challenge = randomBytes(32);
    this.#database.prepare('DELETE FROM challenge WHERE made_at < ?').run(this.#now() - challengeLifetime);
    // Anybody may ask: what is kept must not grow with invented devices, nor the answer tell them from real ones.
    this.#database
      .prepare('INSERT INTO challenge SELECT ?, device_id, ? FROM device WHERE device_id = ?')
      .run(challenge, this.#now(), deviceId);
    return challenge;
  }

  /** A session for a signed challenge. @throws StrongroomError `signed-out` when device, challenge or signature do not fit */
  async renew(deviceId: Bytes, challenge: Bytes, signature: Uint8Array): Promise<NewSession> {
    const { changes } = this.#database
      .prepare('DELETE FROM challenge WHERE challenge = ? AND device_id = ? AND made_at >= ?')
      .run(challenge, deviceId, this.#now() - challengeLifetime);
    const device = this.#database.prepare('SELECT public_key FROM device WHERE device_id = ?').get(deviceId);
    if (Number(changes) !== 1 || device === undefined) throw new StrongroomError('signed-out', {});
    const { public_key: publicKey } = device as { public_key: Bytes };
    const signed = await verifySignature(publicKey, sessionSigned(deviceId, challenge), signature);
    if (!signed) throw new StrongroomError('signed-out', {});
    return this.open(deviceId);
  }

  /** Whose token it is. @throws StrongroomError `signed-out` */
  authenticate(authorization: string | null | undefined): Caller {
    const token = /^Bearer ([0-9a-f]{64})$/.exec(authorization ?? '')?.[1];
    const caller = token === undefined ? undefined : this.#callerOf(hash(token));
    if (caller === undefined) throw new StrongroomError('signed-out', {});
    return caller;
  }

  /** For what takes longer than a request. @throws StrongroomError `signed-out` when the session has ended, or its device was removed */
  requireStill({ session }: Caller): void {
    if (this.#callerOf(session) === undefined) throw new StrongroomError('signed-out', {});
  }

  #callerOf(session: Bytes): Caller | undefined {
    const row = this.#database
      .prepare(
        'SELECT device_id, account_id FROM session JOIN device USING (device_id) WHERE token_hash = ? AND expires_at > ?',
      )
      .get(session, this.#now()) as { device_id: Uint8Array; account_id: Uint8Array } | undefined;
    if (row === undefined) return undefined;
    const { device_id: deviceId, account_id: accountId } = row;
    return { accountId: new Uint8Array(accountId), deviceId: new Uint8Array(deviceId), session };
  }
}

function hash(token: string): Bytes {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
