import type { Dice } from './dice.ts';

export const day = 86_400_000;

// How much is written in each hour of a day, from midnight.
const hourWeights = [2, 1, 1, 0, 0, 1, 3, 8, 10, 9, 8, 8, 11, 10, 8, 8, 9, 12, 14, 15, 16, 14, 10, 5];
const hourTable = hourWeights.flatMap((weight, hour) => Array.from({ length: weight }, () => hour));

/**
 * When messages were written: by day and little by night, more at weekends and in later months.
 * @param from start of the first day, milliseconds since 1970
 * @param days how many days
 * @returns `count` times in ascending order, milliseconds since 1970
 */
export function timesOf(dice: Dice, count: number, from: number, days: number): Float64Array {
  const times = new Float64Array(count);
  for (let i = 0; i < count; i++) times[i] = timeOf(dice, from, days);
  return times.toSorted();
}

function timeOf(dice: Dice, from: number, days: number): number {
  const date = from + dayOf(dice, from, days) * day;
  return date + dice.pick(hourTable) * 3_600_000 + dice.between(0, 3_599_999);
}

function dayOf(dice: Dice, from: number, days: number): number {
  const chosen = Math.floor((2 * Math.sqrt(0.25 + 0.75 * dice.next()) - 1) * days);
  const weekend = [0, 6].includes(new Date(from + chosen * day).getUTCDay());
  return weekend || dice.chance(0.8) ? chosen : dayOf(dice, from, days);
}

/** The start of the day (UTC) in which a time lies. */
export function startOfDay(time: number): number {
  return Math.floor(time / day) * day;
}

/** `20260131` */
export function dateDigits(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Year and week, as WhatsApp names the folders of voice notes: `202605`. */
export function weekDigits(time: number): string {
  const year = new Date(time).getUTCFullYear();
  const week = Math.floor((time - Date.UTC(year, 0, 1)) / (7 * day)) + 1;
  return `${year}${String(week).padStart(2, '0')}`;
}
