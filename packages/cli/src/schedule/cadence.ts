import { StrongroomError } from '@strongroom/core';

/** When backups run, in local time. */
export type Cadence = Clock &
  (
    | { readonly every: 'day' }
    /** 0 is Sunday. */
    | { readonly every: 'week'; readonly weekday: number }
    /** 1 to 28, which every month has. */
    | { readonly every: 'month'; readonly day: number }
  );

/** A time of day. */
export interface Clock {
  readonly hour: number;
  readonly minute: number;
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** `07:30`, as in `--daily 07:30`. @throws StrongroomError `wrong-usage` */
export function parseDaily(text: string | undefined, otherwise: Clock): Cadence {
  return { every: 'day', ...clockOf(text, otherwise) };
}

/** `sun`, `07:30` or `sun,07:30`. @throws StrongroomError `wrong-usage` */
export function parseWeekly(text: string | undefined, otherwise: Clock): Cadence {
  const [day, clock] = split(text, (part) => weekdayOf(part) !== undefined);
  const weekday = day === undefined ? 0 : weekdayOf(day)!;
  return { every: 'week', weekday, ...clockOf(clock, otherwise) };
}

/** `1`, `07:30` or `28,07:30`. @throws StrongroomError `wrong-usage` */
export function parseMonthly(text: string | undefined, otherwise: Clock): Cadence {
  const [number, clock] = split(text, (part) => /^[0-9]{1,2}$/.test(part));
  const day = number === undefined ? 1 : Number(number);
  if (day < 1 || day > 28)
    throw wrong(`--monthly takes a day from 1 to 28, which every month has, not ${day}.`);
  return { every: 'month', day, ...clockOf(clock, otherwise) };
}

/** In words: `every day at 03:05`. */
export function cadenceText(cadence: Cadence): string {
  const at = `at ${clockText(cadence)}`;
  if (cadence.every === 'day') return `every day ${at}`;
  if (cadence.every === 'week') return `every ${weekdayNames[cadence.weekday]} ${at}`;
  return `on day ${cadence.day} of every month ${at}`;
}

/** For systemd's `OnCalendar=`: `Sun *-*-* 03:05:00`. */
export function calendarText(cadence: Cadence): string {
  const clock = `${clockText(cadence)}:00`;
  if (cadence.every === 'day') return `*-*-* ${clock}`;
  if (cadence.every === 'month') return `*-*-${twoDigits(cadence.day)} ${clock}`;
  return `${weekdayNames[cadence.weekday]!.slice(0, 3)} *-*-* ${clock}`;
}

/** The five fields of a crontab: `5 3 * * 0`. */
export function cronText(cadence: Cadence): string {
  const day = cadence.every === 'month' ? cadence.day : '*';
  const weekday = cadence.every === 'week' ? cadence.weekday : '*';
  return `${cadence.minute} ${cadence.hour} ${day} * ${weekday}`;
}

/** What `calendarText` made a text of. */
export function fromCalendar(text: string): Cadence | undefined {
  const match = /^(?:([A-Z][a-z]{2}) )?\*-\*-(\*|[0-9]{2}) ([0-9]{2}):([0-9]{2}):00$/.exec(text);
  if (!match) return undefined;
  const [, name, day, hour, minute] = match;
  return cadenceOf(Number(hour), Number(minute), day, name && weekdayOf(name));
}

/** What `cronText` made a text of. */
export function fromCron(text: string): Cadence | undefined {
  const match = /^([0-9]{1,2}) ([0-9]{1,2}) (\*|[0-9]{1,2}) \* (\*|[0-6])$/.exec(text);
  if (!match) return undefined;
  const [, minute, hour, day, weekday] = match;
  return cadenceOf(Number(hour), Number(minute), day, weekday === '*' ? undefined : Number(weekday));
}

function cadenceOf(
  hour: number,
  minute: number,
  day: string | undefined,
  weekday: number | string | undefined,
): Cadence {
  if (typeof weekday === 'number') return { every: 'week', weekday, hour, minute };
  return day === '*' ? { every: 'day', hour, minute } : { every: 'month', day: Number(day), hour, minute };
}

function split(
  text: string | undefined,
  isDay: (part: string) => boolean,
): [day: string | undefined, clock: string | undefined] {
  const parts = text?.split(',').map((part) => part.trim()) ?? [];
  if (parts.length > 2) throw wrong(`"${text}" is no day and time. For example: sun,07:30 or 1,07:30.`);
  const [first, second] = parts;
  if (first === undefined || isDay(first)) return [first, second];
  if (second !== undefined) throw wrong(`"${first}" is no day. For example: sun,07:30 or 1,07:30.`);
  return [undefined, first];
}

function clockOf(text: string | undefined, otherwise: Clock): Clock {
  if (text === undefined) return { hour: otherwise.hour, minute: otherwise.minute };
  const [, hour, minute] = /^([01]?[0-9]|2[0-3]):([0-5][0-9])$/.exec(text) ?? [];
  if (hour === undefined) throw wrong(`"${text}" is no time of day. For example: 07:30.`);
  return { hour: Number(hour), minute: Number(minute) };
}

function weekdayOf(text: string): number | undefined {
  const index = weekdays.findIndex((day) => text.toLowerCase().startsWith(day) && isWeekday(text));
  return index < 0 ? undefined : index;
}

function isWeekday(text: string): boolean {
  return weekdayNames.some((name) =>
    [name.toLowerCase(), name.slice(0, 3).toLowerCase()].includes(text.toLowerCase()),
  );
}

function clockText({ hour, minute }: Clock): string {
  return `${twoDigits(hour)}:${twoDigits(minute)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function wrong(why: string): StrongroomError {
  return new StrongroomError('wrong-usage', { why });
}
