import { expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import { Rng } from '../../../../tools/fuzz/rng.ts';
import { testDecoders } from '../../../../tools/fuzz/test-decoders.ts';
import { fuzzTargets } from './targets.ts';

// Whatever the cloud gives, or somebody who has the key seals, ends in 'archive-damaged' or 'newer-version', or is what
// it should be: in a bounded time, in bounded memory, the same way every time.
testDecoders({
  module: new URL('./targets.ts', import.meta.url),
  targets: await fuzzTargets(),
  inputs: campaignSize({ short: 100, long: 10_000 }),
});

test('the inputs are the same every time', () => {
  const valid = [new Uint8Array(50).fill(7), Uint8Array.from({ length: 99 }, (_, i) => i)];
  const made = (): string[] =>
    Array.from({ length: 500 }, (_, seed) => Buffer.from(mutate(new Rng(seed), valid)).toString('hex'));
  expect(made()).toEqual(made());
  expect(new Set(made()).size).toBeGreaterThan(400);
});
