const stopped = new AbortController();

/** Aborted when no answer is wanted any more. Apart from what reads, which most commands do without. */
export const readingStopped: AbortSignal = stopped.signal;

/** Ends what waits for an answer, and lets the process end while standard input is still open. */
export function stopReading(): void {
  stopped.abort();
}
