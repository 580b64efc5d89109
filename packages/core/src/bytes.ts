/** A byte string whose buffer WebCrypto accepts. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a string. */
export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** The string of UTF-8 bytes. @throws TypeError when they are not UTF-8 */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Bytes of an even number of hexadecimal digits. @throws RangeError when the text is anything else */
export function fromHex(text: string): Bytes {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new RangeError('not hexadecimal digits');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** One byte string after the other. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// More than a frame around the bytes: the rest of the buffer may be somebody else's.
const mostUnused = 64;

/** Whether the bytes are all that is in their buffer, but for a few. */
export function fillBuffer({ buffer, byteLength }: Bytes): boolean {
  return byteLength > 0 && buffer.byteLength - byteLength <= mostUnused;
}

/**
 * Gives the memory of bytes back at once, rather than when the garbage is collected. The bytes are empty afterwards.
 * Of a part of a buffer nothing is given back: others may use the rest.
 */
export function release(bytes: Bytes): void {
  if (fillBuffer(bytes)) bytes.buffer.transfer(0);
}

/** Unsigned big-endian integer of `length` bytes (RFC 8017 I2OSP). @throws RangeError when it does not fit */
export function i2osp(value: number | bigint, length: number): Bytes {
  let rest = BigInt(value);
  const bytes = new Uint8Array(length);
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  if (rest !== 0n) throw new RangeError(`${value} does not fit into ${length} bytes`);
  return bytes;
}

/** The number of an unsigned big-endian integer of at most 6 bytes (RFC 8017 OS2IP). */
export function os2ip(bytes: Uint8Array): number {
  if (bytes.length > 6) throw new RangeError('more than 6 bytes do not fit into a number');
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** Each field with its 2-byte length before it, so that no two lists of fields encode alike. */
export function encode(...fields: readonly (Uint8Array | string)[]): Bytes {
  const parts = fields.flatMap((field) => {
    const bytes = typeof field === 'string' ? utf8(field) : field;
    return [i2osp(bytes.length, 2), bytes];
  });
  return concat(...parts);
}

/** Whether two byte strings are equal, in a time that depends on their lengths alone. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

/** A copy that shares no memory with the original. */
export function copyBytes(bytes: Uint8Array): Bytes {
  return new Uint8Array(bytes);
}

/** `length` bytes from the platform's cryptographic generator. */
export function randomBytes(length: number): Bytes {
  const bytes = new Uint8Array(length);
  // The platform refuses more than 64 KiB in one call.
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

/** Source of fresh random bytes; a port, so that published test vectors can be replayed. */
export type Random = (length: number) => Bytes;
