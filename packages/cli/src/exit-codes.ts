import { isStrongroomError, type ErrorCode } from '@strongroom/core';
import { Advised } from './terminal/advised.ts';

/** What the process answers. Programs may rely on it. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  wrongUsage: 2,
  wrongSecret: 3,
  nothingThere: 4,
  lockedOrWait: 5,
  unavailable: 6,
  /** By Ctrl-C or a signal. */
  stopped: 130,
} as const;

const byCode: Partial<Record<ErrorCode, number>> = {
  'wrong-usage': exitCodes.wrongUsage,
  'weak-password': exitCodes.wrongUsage,
  'wrong-password': exitCodes.wrongSecret,
  'wrong-key': exitCodes.wrongSecret,
  'other-key': exitCodes.wrongSecret,
  'malformed-key': exitCodes.wrongSecret,
  'wrong-code': exitCodes.wrongSecret,
  'archive-missing': exitCodes.nothingThere,
  'snapshot-missing': exitCodes.nothingThere,
  'plain-missing': exitCodes.nothingThere,
  'no-chats': exitCodes.nothingThere,
  'source-missing': exitCodes.nothingThere,
  'not-registered': exitCodes.nothingThere,
  'not-enabled': exitCodes.nothingThere,
  locked: exitCodes.lockedOrWait,
  'must-wait': exitCodes.lockedOrWait,
  contested: exitCodes.lockedOrWait,
  'too-many-requests': exitCodes.lockedOrWait,
  unavailable: exitCodes.unavailable,
  offline: exitCodes.unavailable,
  'cloud-unreachable': exitCodes.unavailable,
  cancelled: exitCodes.stopped,
};

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Advised) return exitCodeOf(error.error);
  return isStrongroomError(error) ? (byCode[error.code] ?? exitCodes.failed) : exitCodes.failed;
}
