import { createHash } from 'node:crypto';

/** Numbers that look random and follow from a seed and a name alone (mulberry32). */
export class Seeded {
  #state: number;

  /** @param name of what they are for: streams with other names have nothing to do with each other */
  constructor(seed: number, name: string) {
    this.#state = createHash('sha256').update(`${seed} ${name}`).digest().readUInt32BE();
  }

  /** 0 to 1, evenly. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `from` up to, and without, `to`. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.between(0, from.length)]!;
  }

  /** Some of a list, all different, in an order by chance. */
  some<T>(count: number, from: readonly T[]): readonly T[] {
    return this.shuffle(from).slice(0, count);
  }

  shuffle<T>(list: readonly T[]): readonly T[] {
    const shuffled = [...list];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.between(0, i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
    }
    return shuffled;
  }
}
