import type { Format } from './format.ts';

const day = 86_400_000;
// A time, a word, a weekday, a date: what a list of chats has, each written by another formatter.
const daysAgo = [0, 1, 3, 30];

/**
 * Has dates ready before there are any to show: the first of each kind takes several milliseconds, and a page that waits
 * for its engine has them.
 */
export function prepareDates(format: Format): void {
  for (const days of daysAgo) whenIdle(() => format.brief(Date.now() - days * day));
}

function whenIdle(work: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(work);
  else setTimeout(work);
}
