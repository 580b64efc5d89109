import { array, assert as check, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChunkRef, textOf } from '../pack/chunk-ref.ts';
import { noise } from '../testing/fixtures.ts';
import { type PlacedPiece, planFilling } from './fill-plan.ts';

const sealedLength = 100_000;

function chunkAt(pack: number, offset: number): ChunkRef {
  return {
    name: noise(32, offset + 1),
    pack: String(pack).padStart(32, '0'),
    key: '0'.repeat(32),
    ordinal: offset,
    offset: 64 + offset,
    sealedLength,
    plainLength: 1000,
  };
}

const anyPieces = array(
  record({
    pack: integer({ min: 0, max: 2 }),
    place: integer({ min: 0, max: 90 }),
    length: integer({ min: 1, max: 500 }),
  }),
  { maxLength: 60 },
).map((all) => {
  let at = 0;
  return all.map(({ pack, place, length }): PlacedPiece => {
    at += length;
    return { chunk: chunkAt(pack, place * sealedLength), offset: length, length, at: at - length };
  });
});

describe('the plan by which a file is filled', () => {
  test('has every piece once, and opens every chunk once', () => {
    check(
      property(anyPieces, (pieces) => {
        const chunks = [...planFilling(pieces)].flatMap((batch) => batch.chunks);
        expect(new Set(chunks.map(({ ref }) => textOf(ref))).size).toBe(chunks.length);
        const planned = chunks.flatMap(({ ref, pieces: of }) =>
          of.map((piece) => ({ ...piece, of: textOf(ref) })),
        );
        const wanted = pieces.map(({ chunk, offset, length, at }) => ({
          from: offset,
          length,
          at,
          of: textOf(chunk),
        }));
        expect(planned.toSorted((a, b) => a.at - b.at)).toEqual(wanted);
      }),
    );
  });

  test('reads neighbours together, of one pack, in the order of where they lie, at most 2 MiB', () => {
    check(
      property(anyPieces, (pieces) => {
        for (const { chunks } of planFilling(pieces)) {
          const first = chunks[0]!.ref;
          const last = chunks.at(-1)!.ref;
          expect(new Set(chunks.map(({ ref }) => ref.pack)).size).toBe(1);
          expect(last.offset + last.sealedLength - first.offset).toBeLessThanOrEqual(2 * 1024 * 1024);
          const gaps = chunks.slice(1).map(({ ref }, i) => ref.offset - chunks[i]!.ref.offset);
          expect(gaps).toEqual(gaps.map(() => sealedLength));
        }
      }),
    );
  });

  test('reads what lies side by side with few requests', () => {
    const pieces = Array.from({ length: 40 }, (_, i) => ({
      chunk: chunkAt(0, i * sealedLength),
      offset: 0,
      length: 1,
      at: i,
    }));
    expect([...planFilling(pieces)].map(({ chunks }) => chunks.length)).toEqual([20, 20]);
  });

  test('does not take a chunk for another that claims the same place', () => {
    const one = chunkAt(0, 0);
    const forged = { ...one, name: noise(32, 99) };
    const pieces = [one, forged].map((chunk, at) => ({ chunk, offset: 0, length: 1, at }));
    expect([...planFilling(pieces)].flatMap(({ chunks }) => chunks)).toHaveLength(2);
  });
});
