import { isStrongroomError, StrongroomError, type HsmProblem } from '@strongroom/core';

/** What an HSM throws. `why` is for the operator: what is the matter, and what to do. Never put a PIN or a key in it. */
export function hsmError(problem: HsmProblem, why: string, cause?: unknown): StrongroomError<'hsm'> {
  return new StrongroomError('hsm', { problem, why }, cause === undefined ? {} : { cause });
}

/** Whether an error came from an HSM and, when problems are given, is one of them. */
export function isHsmError(
  error: unknown,
  ...problems: readonly HsmProblem[]
): error is StrongroomError<'hsm'> {
  if (!isStrongroomError(error, 'hsm')) return false;
  return problems.length === 0 || problems.includes(error.details.problem);
}

/** There is no key of an epoch. */
export function noSuchEpoch(epoch: number): StrongroomError<'hsm'> {
  return hsmError(
    'no-such-epoch',
    `This HSM has no sealing key of epoch ${epoch}. Take it over from another node of the fleet; if no node has it any more, what was sealed under it is gone.`,
  );
}

/** There is a key of an epoch already. */
export function epochExists(epoch: number): StrongroomError<'hsm'> {
  return hsmError(
    'epoch-exists',
    `This HSM has another sealing key of epoch ${epoch} already. Nothing was changed. If no record is sealed under that key, destroy it first.`,
  );
}

/** Something was sealed otherwise, or changed since. */
export function doesNotOpen(cause?: unknown): StrongroomError<'hsm'> {
  return hsmError(
    'does-not-open',
    'What was sealed does not open: it was changed, or sealed by another key, under another epoch or for something else.',
    cause,
  );
}

/** A peer that no officer trusts. @param peer its code, or what else is known of it */
export function notTrusted(peer: string): StrongroomError<'hsm'> {
  return hsmError(
    'not-trusted',
    `This HSM does not trust the one with ${peer}. Compare codes with that one's operator, then have the security officer trust it.`,
  );
}

/** An HSM that was closed. */
export function closed(): StrongroomError<'hsm'> {
  return hsmError('unavailable', 'This HSM was closed. Open it again.');
}
