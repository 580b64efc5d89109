import { type Bytes, concat } from '@strongroom/core';
import type { Rng } from './rng.ts';

/** One change of an input. `others` are more inputs of the kind. */
type Mutation = (bytes: Bytes, rng: Rng, others: readonly Bytes[]) => Bytes;

const longest = 64 * 1024;

/** Varints that readers stumble over: the largest of 32 and 64 bits, zero in many bytes, one that does not end. */
export const oddVarints: readonly Bytes[] = [
  [0x00],
  [0x7f],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0x80, 0x80, 0x80, 0x80, 0x10],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
].map((bytes) => Uint8Array.from(bytes));

/** Lengths and counts of four bytes at which sums overflow. */
const oddNumbers: readonly Bytes[] = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x01000000, 0xfffffff0].map(
  (value) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value),
);

const mutations: readonly Mutation[] = [
  function flipBit(bytes, rng) {
    return bytes.length === 0 ? bytes : changedAt(bytes, rng, (byte) => byte ^ (1 << rng.below(8)));
  },
  function setByte(bytes, rng) {
    const odd = rng.pick([0, 1, 0x7f, 0x80, 0xff, rng.below(256)]);
    return bytes.length === 0 ? bytes : changedAt(bytes, rng, () => odd);
  },
  function truncate(bytes, rng) {
    return bytes.slice(0, rng.below(bytes.length + 1));
  },
  function loseStart(bytes, rng) {
    return bytes.slice(rng.below(bytes.length + 1));
  },
  function append(bytes, rng) {
    return concat(bytes, rng.bytes(rng.small(64)));
  },
  function cutOut(bytes, rng) {
    const { start, end } = rangeOf(bytes, rng);
    return concat(bytes.subarray(0, start), bytes.subarray(end));
  },
  function repeat(bytes, rng) {
    const { start, end } = rangeOf(bytes, rng);
    const times = Array.from({ length: 1 + rng.small(200) }, () => bytes.subarray(start, end));
    return concat(bytes.subarray(0, end), ...times, bytes.subarray(end));
  },
  function splice(bytes, rng, others) {
    const other = rng.pick(others);
    return concat(
      bytes.subarray(0, rng.below(bytes.length + 1)),
      other.subarray(rng.below(other.length + 1)),
    );
  },
  function insertVarint(bytes, rng) {
    return inserted(bytes, rng, rng.pick(oddVarints), 0);
  },
  function replaceByVarint(bytes, rng) {
    return inserted(bytes, rng, rng.pick(oddVarints), 1);
  },
  function replaceNumber(bytes, rng) {
    return inserted(bytes, rng, rng.pick(oddNumbers), 4);
  },
  function insertField(bytes, rng) {
    return inserted(bytes, rng, fieldOf(rng), 0);
  },
];

/** A valid input changed once or a few times; at times pure noise. */
export function mutate(rng: Rng, inputs: readonly Bytes[]): Bytes {
  if (rng.oneIn(20)) return rng.bytes(rng.small(2000));
  let bytes = rng.pick(inputs);
  for (let n = 1 + rng.small(6); n > 0; n--) bytes = rng.pick(mutations)(bytes, rng, inputs);
  return bytes.slice(0, longest);
}

/** A field of protobuf with any number and type, and a content that may fit it. */
function fieldOf(rng: Rng): Bytes {
  const tag = Uint8Array.of((rng.below(16) << 3) | rng.below(8));
  const content = rng.bytes(rng.small(40));
  return rng.oneIn(2)
    ? concat(tag, rng.pick(oddVarints))
    : concat(tag, Uint8Array.of(content.length), content);
}

function changedAt(bytes: Bytes, rng: Rng, change: (byte: number) => number): Bytes {
  const at = rng.below(bytes.length);
  return bytes.with(at, change(bytes[at]!));
}

function rangeOf(bytes: Bytes, rng: Rng): { start: number; end: number } {
  const start = rng.below(bytes.length + 1);
  return { start, end: Math.min(bytes.length, start + rng.small(bytes.length + 1)) };
}

function inserted(bytes: Bytes, rng: Rng, part: Bytes, instead: number): Bytes {
  const at = rng.below(bytes.length + 1);
  return concat(bytes.subarray(0, at), part, bytes.subarray(at + instead));
}
