import type { Format } from './format.ts';

const [day, hour] = [86_400_000, 3_600_000];

/**
 * Has what a list of chats and a backup under way show ready before it is shown: the first number or date of each kind
 * takes several milliseconds, and a page that waits for its engine has them.
 */
export function prepareFormat(format: Format): void {
  const now = Date.now();
  // A time, a word, a weekday, a date: each is written by another formatter.
  for (const days of [0, 1, 3, 30]) whenIdle(() => format.brief(now - days * day));
  for (const bytes of [1_000_000, 50_000_000]) whenIdle(() => format.size(bytes));
  for (const seconds of [10, 100]) whenIdle(() => format.duration(seconds));
  whenIdle(() => format.plural(2, { other: '#' }));
  whenIdle(() => format.percent(0.5));
  whenIdle(() => format.until(now + hour));
}

function whenIdle(work: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(work);
  else setTimeout(work);
}
