import type { Policy, Record as VaultRecord, StoredCredential } from '@strongroom/wire/vault';
import { FAILURE_DECAY, waitAfter } from './policy.ts';
import type { MaybeRecord } from './situation.ts';

/** How an account stands: pure arithmetic over its counters. */
export interface Count {
  readonly failuresInRow: bigint;
  /** All failures that are not forgotten yet. */
  readonly failures: number;
  readonly guessesLeft: number;
  /** Milliseconds since 1970; 0 when the next guess may be made now. */
  readonly waitUntil: bigint;
}

/** Counts what has been guessed against an account. */
export function countGuesses(record: MaybeRecord, policy: Policy, now: bigint): Count {
  if (record === undefined)
    return { failuresInRow: 0n, failures: 0, guessesLeft: policy.guessLimit, waitUntil: 0n };
  const failuresInRow = record.begun - record.opened;
  const { failures } = forgetFailures(record, now);
  const left = Math.min(policy.guessLimit - Number(failuresInRow), policy.failureLimit - failures);
  const end = record.lastBeginAt + waitAfter(policy, failuresInRow);
  return {
    failuresInRow,
    failures,
    guessesLeft: Math.max(0, left),
    waitUntil: left > 0 && end > now ? end : 0n,
  };
}

/** One failure is forgotten a week. */
export function forgetFailures(
  record: Pick<VaultRecord, 'failures' | 'failuresSince'>,
  now: bigint,
): Pick<VaultRecord, 'failures' | 'failuresSince'> {
  if (record.failures === 0 || now <= record.failuresSince)
    return {
      failures: record.failures,
      failuresSince: now > record.failuresSince ? now : record.failuresSince,
    };
  const weeks = (now - record.failuresSince) / FAILURE_DECAY;
  const failures = Math.max(0, record.failures - Number(weeks));
  return { failures, failuresSince: failures === 0 ? now : record.failuresSince + weeks * FAILURE_DECAY };
}

/** Whether what a password opens was erased with the last guess. */
export function isExhausted(stored: StoredCredential): boolean {
  return stored.credential === undefined || stored.credential.keyShare.length === 0;
}
