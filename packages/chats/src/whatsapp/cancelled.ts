import { StrongroomError } from '@strongroom/core';

/** @throws StrongroomError cancelled when the signal is aborted */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new StrongroomError('cancelled', {}, { cause: signal.reason });
}

/** The same bytes; whoever reads them gets the error `cancelled` once the signal is aborted. */
export function untilCancelled(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  if (signal === undefined) return bytes;
  const reader = bytes.getReader();
  return new ReadableStream({
    pull: async (controller) => {
      if (signal.aborted) await reader.cancel(signal.reason).catch(() => undefined);
      throwIfCancelled(signal);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
