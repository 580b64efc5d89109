/** A size as people say it: `1.8 MB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `1 file`, `2 files`, `50,000 messages`. */
export function countText(count: number, noun: string): string {
  return `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

// By hand: the first use of the platform's formats takes longer than many a command.
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `50,000`. */
export function numberText(number: number): string {
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

function inTwoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** A moment as people say it: `today, 07:12`. */
export function momentText(time: number, now: number = Date.now()): string {
  const date = new Date(time);
  const clock = `${inTwoDigits(date.getHours())}:${inTwoDigits(date.getMinutes())}`;
  if (date.toDateString() === new Date(now).toDateString()) return `today, ${clock}`;
  if (date.toDateString() === new Date(now - 86_400_000).toDateString()) return `yesterday, ${clock}`;
  return `${date.getDate()} ${months[date.getMonth()]} ${date.getFullYear()}, ${clock}`;
}

/** A span as people say it: `12 s`, `3 min`. */
export function spanText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
