import { readStamp, type Stamp } from './stamp.ts';

/** A line with which a message begins. */
export interface Header {
  readonly stamp: Stamp;
  readonly ios: boolean;
  /** What follows date and time: the sender and the text, or a notice. */
  readonly rest: string;
}

const longestStamp = 60;
const digits = /^[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*\p{Nd}/u;
const bracket = /^[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*\[/;

/** Reads the beginning of a line; undefined when it goes on with the message before it. */
export function readHeader(line: string): Header | undefined {
  if (bracket.test(line)) return iosHeader(line);
  return digits.test(line) ? (androidHeader(line) ?? oldIosHeader(line)) : undefined;
}

function iosHeader(line: string): Header | undefined {
  const open = line.indexOf('[');
  const close = line.indexOf(']', open);
  if (close < 0 || close - open > longestStamp) return undefined;
  const stamp = readStamp(line.slice(open + 1, close));
  return stamp && { stamp, ios: true, rest: line.slice(close + 1).replace(/^ /, '') };
}

function androidHeader(line: string): Header | undefined {
  const dash = /\s[-–—]\s/.exec(line.slice(0, longestStamp + 3));
  if (dash === null) return undefined;
  const stamp = readStamp(line.slice(0, dash.index));
  return stamp && { stamp, ios: false, rest: line.slice(dash.index + dash[0].length) };
}

// Until 2016 iOS set a colon where the brackets are now: `7/1/16, 4:56:55 PM: Anna: hi`.
const colon = /^([^:]{6,30}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?): /i;

function oldIosHeader(line: string): Header | undefined {
  const found = colon.exec(line.slice(0, longestStamp));
  const stamp = found === null ? undefined : readStamp(found[1]!);
  return stamp && { stamp, ios: true, rest: line.slice(found![0].length) };
}
