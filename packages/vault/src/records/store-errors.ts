import { isStrongroomError, StrongroomError } from '@strongroom/core';

/** What is thrown when a store cannot be reached in time, and nothing was written. */
export function storeUnavailable(cause: unknown): StrongroomError<'unavailable'> {
  return new StrongroomError('unavailable', { answered: 0, needed: 1 }, { cause });
}

/**
 * A write was sent, and whether it was committed, or still will be, could not be found out in time. Its code is
 * `unavailable`. Whoever tries again must read first, and must bear that the write is there.
 */
export class OutcomeUnknown extends StrongroomError<'unavailable'> {
  constructor(cause: unknown) {
    super('unavailable', { answered: 0, needed: 1 }, { cause });
  }
}

/** Whether an error of a write says that nothing was written, nor will be. Any other error leaves that open. */
export function isUnwritten(error: unknown): boolean {
  return isStrongroomError(error, 'unavailable', 'hsm') && !(error instanceof OutcomeUnknown);
}
