import { create, toBinary } from '@bufbuild/protobuf';
import { type Bytes, concat } from '@strongroom/core';
import { PruneMarkSchema } from '@strongroom/wire/archive';
import { describe, expect, test } from 'vitest';
import { decodeNumber, readMessage } from './message.ts';

const damaged = expect.objectContaining({
  code: 'archive-damaged',
  details: { object: 'x', why: 'cannot be read' },
});

function markOf(packs: number): Bytes {
  const mark = create(PruneMarkSchema, { packs: Array.from({ length: packs }, () => new Uint8Array(16)) });
  return new Uint8Array(toBinary(PruneMarkSchema, mark));
}

describe('a message', () => {
  test('is read when no field occurs more often than it may', () => {
    expect(readMessage(PruneMarkSchema, markOf(9), 'x', 9).packs).toHaveLength(9);
    expect(() => readMessage(PruneMarkSchema, markOf(10), 'x', 9)).toThrow(damaged);
  });

  test('may hold fields of later versions, which are passed over and not kept', () => {
    const later = Uint8Array.of((15 << 3) | 2, 3, 1, 2, 3);
    const message = readMessage(PruneMarkSchema, concat(markOf(1), later), 'x', 9);
    expect(message.packs).toHaveLength(1);
    expect(message.$unknown).toBeUndefined();
  });

  test.each([
    ['a field of no number', [0x02, 0]],
    ['a length behind the end', [(4 << 3) | 2, 100]],
    ['a group', [0x0b, 0x0c]],
    ['a type that there is not', [0x0f]],
    ['a number that does not end', Array.from({ length: 20 }, () => 0xff)],
  ])('with %s is damage', (_, bytes) => {
    expect(() => readMessage(PruneMarkSchema, Uint8Array.from(bytes), 'x', 9)).toThrow(damaged);
  });
});

test('a number is exact, or damage', () => {
  const largest = Number.MAX_SAFE_INTEGER;
  expect(decodeNumber(BigInt(largest), 'x')).toBe(largest);
  expect(() => decodeNumber(BigInt(largest) + 1n, 'x')).toThrow(
    expect.objectContaining({ code: 'archive-damaged' }),
  );
});
