import { StrongroomError } from '@strongroom/core';

/** @throws StrongroomError 'cancelled' when the signal is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new StrongroomError('cancelled', {}, { cause: signal.reason });
}
