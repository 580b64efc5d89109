import type { DatabaseSync } from 'node:sqlite';
import type { Bytes } from '@strongroom/core';
import { vaultName } from './security-events.ts';

/**
 * A guess that did not open within this time was wrong, milliseconds. A phone stretches the password within a few
 * seconds, and asks the vaults again then.
 */
export const GUESS_SETTLES = 30_000;

/** A guess that was made: whose, and at which vaults. */
export interface Guess {
  readonly accountId: Bytes;
  readonly deviceId: Bytes;
  /** It was the last one at a vault. */
  readonly isLast: boolean;
}

/**
 * Guesses of which it is not known yet whether they were right: a vault counts first, and only the device knows then
 * whether the password was the right one. A guess at several vaults is one.
 */
export class Guesses {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** A vault has counted a guess. */
  counted({ accountId, deviceId, isLast }: Guess, vaultId: Uint8Array): void {
    if (this.#join(deviceId, isLast, vaultId)) return;
    this.#database
      .prepare(
        `INSERT INTO guess (account_id, device_id, began_at, is_last, is_right, told_by)
        VALUES (?, ?, ?, ?, 0, ?)`,
      )
      .run(accountId, deviceId, this.#now(), Number(isLast), vaultName(vaultId));
  }

  /** The newest guess of a device at a vault was right. */
  wasRight(deviceId: Bytes, vaultId: Uint8Array): void {
    this.#database
      .prepare(
        `UPDATE guess SET is_right = 1 WHERE guess_id =
          (SELECT max(guess_id) FROM guess WHERE device_id = ? AND instr(told_by, ?) > 0)`,
      )
      .run(deviceId, vaultName(vaultId));
  }

  /** Whether there are guesses that are settled now. */
  areDue(): boolean {
    return (
      this.#database
        .prepare('SELECT 1 FROM guess WHERE began_at <= ? LIMIT 1')
        .get(this.#now() - GUESS_SETTLES) !== undefined
    );
  }

  /** Takes the settled guesses out, and answers those that were wrong; within a transaction. */
  takeWrong(): Guess[] {
    return this.#database
      .prepare('DELETE FROM guess WHERE began_at <= ? RETURNING *')
      .all(this.#now() - GUESS_SETTLES)
      .map((row) => row as unknown as GuessRow)
      .toSorted((a, b) => a.guess_id - b.guess_id)
      .filter(({ is_right: isRight }) => isRight === 0)
      .map(fromRow);
  }

  // A vault that is there already has counted another guess.
  #join(deviceId: Bytes, isLast: boolean, vaultId: Uint8Array): boolean {
    const { changes } = this.#database
      .prepare(
        `UPDATE guess SET told_by = told_by || ?1, is_last = max(is_last, ?2)
        WHERE instr(told_by, ?1) = 0 AND guess_id =
          (SELECT max(guess_id) FROM guess WHERE device_id = ?3 AND began_at > ?4)`,
      )
      .run(vaultName(vaultId), Number(isLast), deviceId, this.#now() - GUESS_SETTLES);
    return Number(changes) === 1;
  }
}

interface GuessRow {
  readonly guess_id: number;
  readonly account_id: Uint8Array;
  readonly device_id: Uint8Array;
  readonly is_last: number;
  readonly is_right: number;
}

function fromRow({ account_id, device_id, is_last }: GuessRow): Guess {
  return {
    accountId: new Uint8Array(account_id),
    deviceId: new Uint8Array(device_id),
    isLast: is_last === 1,
  };
}
