import { expect, test } from 'vitest';
import { Rng } from './rng.ts';
import type { FuzzTarget } from './target.ts';

/** One test for each decoder, in this process or browser: for what must hold in both. */
export function testDecodersHere(targets: readonly FuzzTarget[], inputs: number): void {
  test.each(targets)(
    'whatever is given to the decoder of $name, it is sound or refused',
    async (target) => {
      const count = Math.ceil(inputs * target.share);
      const outcomes = { accepted: 0, refused: 0 };
      for (let seed = 0; seed < count; seed++) outcomes[await runWith(target, seed)]++;
      expect(outcomes.refused, 'inputs that were refused').toBeGreaterThan(0);
    },
    3_600_000,
  );
}

async function runWith(target: FuzzTarget, seed: number): Promise<'accepted' | 'refused'> {
  try {
    return await target.run(new Rng(seed));
  } catch (cause) {
    throw new Error(`${target.name}, seed ${seed}: ${String(cause)}`, { cause });
  }
}
