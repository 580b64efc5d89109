/** How a language writes numbers, sizes and times. Times are milliseconds since 1970. */
export interface Format {
  readonly locale: string;
  /** 50,000. */
  number(value: number): string;
  /** From 0 to 1: 45 %. */
  percent(part: number): string;
  /** Bytes as MB, from 1,000 MB on as GB. */
  size(bytes: number): string;
  /** 07:12. */
  time(at: number): string;
  /** today; yesterday; Friday; 4 May; 4 May 2021. */
  day(at: number): string;
  /** today, 07:12. */
  moment(at: number): string;
  /** For a list: 07:12 of today, else the day. */
  brief(at: number): string;
  /** 4 May 2021. */
  date(at: number): string;
  /** in 30 minutes; in 6 days. "now" when it is past. */
  until(at: number): string;
  /** Seconds as 2 minutes, 3 hours. */
  duration(seconds: number): string;
  /** Anna, Ben and Çağla. */
  list(items: readonly string[]): string;
  /** The form that a count takes, `#` replaced by the number. */
  plural(count: number, forms: Forms): string;
}

/** One text for each form of a plural that the language has; `other` always. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

const day = 86_400_000;
const megabyte = 1_000_000;

/**
 * The format of a language.
 * @param now milliseconds since 1970
 */
export function formatOf(locale: string, now: () => number = Date.now): Format {
  const intl = formatsOf(locale);
  const dayWords = (at: number): string => {
    const days = daysBetween(at, now());
    if (days === 0 || days === 1) return intl.relative().format(-days, 'day');
    return intl[dayForm(days, at, now())]().format(at);
  };
  const number = (value: number): string => intl.numbers().format(value);
  const time = (at: number): string => intl.clock().format(at);
  return {
    locale,
    number,
    percent: (part) => intl.percents().format(part),
    size: (bytes) => {
      const { value, form } = inBytes(bytes);
      return intl[form]().format(value);
    },
    time,
    day: dayWords,
    moment: (at) => `${dayWords(at)}, ${time(at)}`,
    brief: (at) => (daysBetween(at, now()) === 0 ? time(at) : dayWords(at)),
    date: (at) => intl.dates().format(at),
    until: (at) => {
      const { value, unit } = inUnit(Math.max(0, at - now()) / 1000);
      return value === 0 ? intl.relative().format(0, 'second') : intl.ahead().format(value, unit);
    },
    duration: (seconds) => {
      const { value, unit } = inUnit(seconds);
      return intl[unit]().format(value);
    },
    list: (items) => intl.lists().format(items),
    plural: (count, forms) =>
      (forms[intl.plurals().select(count)] ?? forms.other).replaceAll('#', number(count)),
  };
}

// To make one takes longer than to use it a hundred times: each is made when it is needed first, and kept.
function formatsOf(locale: string) {
  const dates = (options: Intl.DateTimeFormatOptions): (() => Intl.DateTimeFormat) =>
    once(() => new Intl.DateTimeFormat(locale, options));
  const numbers = (options: Intl.NumberFormatOptions): (() => Intl.NumberFormat) =>
    once(() => new Intl.NumberFormat(locale, options));
  const unit = (name: string): (() => Intl.NumberFormat) =>
    numbers({ style: 'unit', unit: name, unitDisplay: 'long' });
  return {
    numbers: numbers({}),
    percents: numbers({ style: 'percent' }),
    fewMegabytes: numbers({ style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }),
    megabytes: numbers({ style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 }),
    gigabytes: numbers({ style: 'unit', unit: 'gigabyte', maximumFractionDigits: 1 }),
    second: unit('second'),
    minute: unit('minute'),
    hour: unit('hour'),
    day: unit('day'),
    plurals: once(() => new Intl.PluralRules(locale)),
    relative: once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })),
    ahead: once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'always' })),
    lists: once(() => new Intl.ListFormat(locale)),
    clock: dates({ hour: '2-digit', minute: '2-digit' }),
    dates: dates({ dateStyle: 'medium' }),
    weekday: dates({ weekday: 'long' }),
    thisYear: dates({ day: 'numeric', month: 'long' }),
    another: dates({ day: 'numeric', month: 'short', year: 'numeric' }),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function inBytes(bytes: number): { value: number; form: 'fewMegabytes' | 'megabytes' | 'gigabytes' } {
  const inMegabytes = bytes / megabyte;
  if (inMegabytes >= 999.5) return { value: inMegabytes / 1000, form: 'gigabytes' };
  const value = bytes > 0 ? Math.max(0.1, inMegabytes) : 0;
  return { value, form: value < 10 ? 'fewMegabytes' : 'megabytes' };
}

// Rounded up: "in 30 minutes" must not come before the thirty minutes are over.
function inUnit(seconds: number): { value: number; unit: 'second' | 'minute' | 'hour' | 'day' } {
  if (seconds < 60) return { value: Math.ceil(seconds), unit: 'second' };
  if (seconds < 90 * 60) return { value: Math.ceil(seconds / 60), unit: 'minute' };
  if (seconds < 36 * 3600) return { value: Math.ceil(seconds / 3600), unit: 'hour' };
  return { value: Math.ceil(seconds / 86_400), unit: 'day' };
}

function daysBetween(at: number, now: number): number {
  return Math.round((midnight(now) - midnight(at)) / day);
}

function midnight(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

function dayForm(days: number, at: number, now: number): 'weekday' | 'thisYear' | 'another' {
  if (days > 1 && days < 7) return 'weekday';
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? 'thisYear' : 'another';
}
