import { concat, utf8, type Bytes } from '@strongroom/core';

/** A value in DER, X.690 section 8.1: tag, length, content of less than 64 KiB. */
export function tagged(tag: number, ...content: readonly Uint8Array[]): Bytes {
  const whole = concat(...content);
  const { length } = whole;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concat(Uint8Array.of(tag, ...size), whole);
}

export function sequence(...content: readonly Uint8Array[]): Bytes {
  return tagged(0x30, ...content);
}

export function set(...content: readonly Uint8Array[]): Bytes {
  return tagged(0x31, ...content);
}

/** A positive integer. @param bytes big-endian, the first one not 0 */
export function integer(bytes: Uint8Array): Bytes {
  return tagged(0x02, (bytes[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes);
}

export function octets(bytes: Uint8Array): Bytes {
  return tagged(0x04, bytes);
}

/** Bits of which the last `unused` are not there. */
export function bits(bytes: Uint8Array, unused = 0): Bytes {
  return tagged(0x03, Uint8Array.of(unused), bytes);
}

export function utf8String(text: string): Bytes {
  return tagged(0x0c, utf8(text));
}

export const yes: Bytes = tagged(0x01, Uint8Array.of(0xff));

/** A moment before 2050 as UTCTime, a later one as GeneralizedTime: RFC 5280 section 4.1.2.5. @param at milliseconds since 1970 */
export function time(at: number): Bytes {
  const digits = new Date(at).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return digits < '2050' ? tagged(0x17, utf8(`${digits.slice(2)}Z`)) : tagged(0x18, utf8(`${digits}Z`));
}

/** An object identifier in dotted form. */
export function objectId(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Uint8Array.from([40 * first + second, ...rest].flatMap(base128)));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}
