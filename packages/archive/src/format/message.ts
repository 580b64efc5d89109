import { type DescMessage, type MessageShape, fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { Bytes } from '@strongroom/core';
import { damaged } from './header.ts';

/**
 * The message of its serialized bytes. Fields that this version does not know are passed over.
 * @param most how often a field may occur: an empty element takes 2 bytes there, and hundreds once it is read
 * @throws StrongroomError 'archive-damaged', naming `object`
 */
export function readMessage<Desc extends DescMessage>(
  schema: Desc,
  bytes: Bytes,
  object: string,
  most: number,
): MessageShape<Desc> {
  try {
    checkCounts(bytes, most);
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw damaged(object, 'cannot be read', cause);
  }
}

/**
 * A number of a message, as numbers are: sums and comparisons go wrong above 2^53.
 * @throws StrongroomError 'archive-damaged', naming `object`
 */
export function decodeNumber(value: bigint, object: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(object, 'holds a number that cannot be');
  return Number(value);
}

function checkCounts(bytes: Bytes, most: number): void {
  const counts = new Map<number, number>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const count = 1 + (counts.get(field) ?? 0);
    // Groups may nest as deep as they like, and are not in proto3.
    if (count > most || type === WireType.StartGroup) throw new RangeError('holds more than it may');
    counts.set(field, count);
    reader.skip(type, field);
  }
}
