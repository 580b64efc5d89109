import { isStrongroomError, type ErrorCode } from '@strongroom/core';

/** What the process answers. Programs may rely on it. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  wrongUsage: 2,
  wrongSecret: 3,
  nothingThere: 4,
  lockedOrWait: 5,
  unavailable: 6,
} as const;

const byCode: Partial<Record<ErrorCode, number>> = {
  'wrong-usage': exitCodes.wrongUsage,
  'weak-password': exitCodes.wrongUsage,
  'wrong-password': exitCodes.wrongSecret,
  'wrong-key': exitCodes.wrongSecret,
  'malformed-key': exitCodes.wrongSecret,
  'wrong-code': exitCodes.wrongSecret,
  'archive-missing': exitCodes.nothingThere,
  'snapshot-missing': exitCodes.nothingThere,
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
};

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  return isStrongroomError(error) ? (byCode[error.code] ?? exitCodes.failed) : exitCodes.failed;
}
