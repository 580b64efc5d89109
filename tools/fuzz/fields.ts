import { type Bytes, concat } from '@strongroom/core';

// Protocol Buffers without a schema: https://protobuf.dev/programming-guides/encoding.

/** One field as it stands in a message. */
export interface Field {
  readonly number: number;
  /** VARINT 0, I64 1, LEN 2 and I32 5; groups are not read. */
  readonly type: number;
  /** Of a varint its bytes; of LEN what is after the length. */
  readonly content: Bytes;
  /** What is said to be the length of LEN, if that is not the content's. */
  readonly length?: number;
}

/** The fields of a message; `undefined` for what is none. */
export function readFields(message: Bytes): readonly Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < message.length;) {
    const tag = readVarint(message, at);
    if (tag === undefined || tag.value >> 3 === 0) return undefined;
    const body = readContent(message, tag.end, tag.value & 7);
    if (body === undefined) return undefined;
    fields.push({ number: tag.value >> 3, type: tag.value & 7, content: body.content });
    at = body.end;
  }
  return fields;
}

/** The bytes of fields, also of those that contradict themselves. */
export function writeFields(fields: readonly Field[]): Bytes {
  return concat(...fields.flatMap(writeField));
}

/** A number of at most 32 bits as a varint. */
export function varint(value: number): Bytes {
  const bytes: number[] = [];
  for (let rest = value >>> 0; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function writeField({ number, type, content, length }: Field): readonly Bytes[] {
  const tag = varint((number << 3) | type);
  return type === 2 ? [tag, varint(length ?? content.length), content] : [tag, content];
}

function readContent(
  message: Bytes,
  at: number,
  type: number,
): { readonly content: Bytes; readonly end: number } | undefined {
  if (type === 0) {
    const end = readVarint(message, at)?.end;
    return end === undefined ? undefined : { content: message.slice(at, end), end };
  }
  const length = type === 2 ? readVarint(message, at) : { value: type === 1 ? 8 : 4, end: at };
  if (length === undefined || ![1, 2, 5].includes(type)) return undefined;
  const end = length.end + length.value;
  return end > message.length ? undefined : { content: message.slice(length.end, end), end };
}

function readVarint(
  message: Bytes,
  from: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let at = from; at < message.length && at < from + 10; at++) {
    value += (message[at]! & 0x7f) * 2 ** (7 * (at - from));
    if (message[at]! < 0x80) return { value: Math.min(value, 0x7fffffff), end: at + 1 };
  }
  return undefined;
}
