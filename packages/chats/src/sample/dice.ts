/** Repeatable chance: the same seed throws the same dice. For samples alone, never for secrets. */
export interface Dice {
  /** A number from 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** `length` bytes that do not compress. */
  bytes(length: number): Uint8Array;
}

/** Dice of a seed, made of one or more whole numbers. */
export function diceOf(...seed: readonly number[]): Dice {
  const draw = sfc32(seed);
  const next = (): number => draw() / 2 ** 32;
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)]!,
    bytes: (length) => fill(new Uint8Array(length), draw),
  };
}

// sfc32 of PractRand: fast, 128 bits of state, and nobody has to trust it.
function sfc32(seed: readonly number[]): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (const part of seed) {
    a ^= part | 0;
    for (let round = 0; round < 12; round++) draw();
  }
  return draw;
}

function fill(bytes: Uint8Array, draw: () => number): Uint8Array {
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >>> 2);
  for (let i = 0; i < words.length; i++) words[i] = draw();
  for (let i = words.length * 4; i < bytes.length; i++) bytes[i] = draw();
  return bytes;
}
