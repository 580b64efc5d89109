/**
 * The position of the first message that was written at a time or later; the last one when all are earlier.
 * @param count of messages, at least 1
 * @param timeOf when the message at a position was written, milliseconds since 1970
 * @param at milliseconds since 1970
 */
export async function positionAt(
  count: number,
  timeOf: (position: number) => Promise<number>,
  at: number,
): Promise<number> {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await timeOf(middle)) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first moment of a day that a date field says (`2026-05-04`), in this device's time zone. */
export function startOfDay(date: string): number | undefined {
  const [year, month, day] = date.split('-').map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const at = new Date(year, month - 1, day).getTime();
  return Number.isNaN(at) ? undefined : at;
}

/** A day as a date field writes it. */
export function dateOf(at: number): string {
  const time = new Date(at);
  return `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** Whether two times are of the same day, in this device's time zone. */
export function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
