import type { Stamp } from './stamp.ts';

/** In which order day, month and year are written. */
export type DateOrder = 'day-month-year' | 'month-day-year' | 'year-month-day';

/** Year, month from 1, day. */
export type CalendarDate = readonly [year: number, month: number, day: number];

const orders: readonly DateOrder[] = ['day-month-year', 'month-day-year', 'year-month-day'];

/** The day of a stamp read in an order; undefined when there is no such day. Buddhist years are read, Hijri ones not. */
export function dateOf(stamp: Stamp, order: DateOrder): CalendarDate | undefined {
  const [a, b, c] = stamp.date;
  if (stamp.year === 'first') return order === 'year-month-day' ? valid(a, b, c) : undefined;
  if (order === 'year-month-day') return stamp.year === 'unknown' ? valid(a, b, c) : undefined;
  return order === 'day-month-year' ? valid(c, b, a) : valid(c, a, b);
}

function valid(written: number, month: number, day: number): CalendarDate | undefined {
  const year = yearOf(written);
  if (year < 2009 || year > 2099 || month < 1 || month > 12 || day < 1) return undefined;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate() ? [year, month, day] : undefined;
}

function yearOf(written: number): number {
  if (written < 100) return 2000 + written;
  return written >= 2500 ? written - 543 : written;
}

/**
 * Tells the order of dates from all dates of a file: one in which some days do not exist is none; among the others,
 * the one in which time goes back least, for an export goes forward. Needs no memory of the dates.
 */
export class DateOrders {
  readonly #tallies = orders.map((order) => ({ order, read: 0, back: 0, last: 0 }));
  #stamps = 0;
  #differing = 0;
  #dots = 0;

  add(stamp: Stamp): void {
    this.#stamps++;
    if (stamp.dots) this.#dots++;
    const days = this.#tallies.map((tally) => {
      const date = dateOf(stamp, tally.order);
      if (date === undefined) return undefined;
      const day = Date.UTC(date[0], date[1] - 1, date[2]);
      tally.read++;
      if (day < tally.last) tally.back++;
      tally.last = day;
      return day;
    });
    if (days[0] !== undefined && days[1] !== undefined && days[0] !== days[1]) this.#differing++;
  }

  /** The best order, and whether it could as well be that day and month are the other way round. */
  result(): { readonly order: DateOrder; readonly unclear: boolean } {
    const ranked = this.#tallies.toSorted((a, b) => b.read - a.read || a.back - b.back);
    const [best, next] = ranked as [(typeof ranked)[0], (typeof ranked)[0]];
    const tied = this.#stamps > 0 && best.read === next.read && best.back === next.back;
    if (tied && this.#dots > this.#stamps / 2) return { order: 'day-month-year', unclear: false };
    const dayAndMonth = best.order !== 'year-month-day' && next.order !== 'year-month-day';
    return { order: best.order, unclear: tied && dayAndMonth && this.#differing > 0 };
  }
}
