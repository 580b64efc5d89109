import { afterAll, describe, expect, test } from 'vitest';
import { DecoderProcess } from './decoder-process.ts';
import type { FuzzTarget } from './target.ts';

const memoryMiB = 768;

/** Decoders, and how much they are given. */
export interface DecoderTests {
  /** Exports `fuzzTargets`, for the process that runs them. */
  readonly module: URL;
  /** What it returns here. */
  readonly targets: readonly Pick<FuzzTarget, 'name' | 'share'>[];
  /** For a target whose share is 1. */
  readonly inputs: number;
}

/** One test for each decoder, in a process of its own: no other error, no hanging, bounded memory. */
export function testDecoders({ module, targets, inputs }: DecoderTests): void {
  const decoder = new DecoderProcess();
  afterAll(() => decoder.stop());

  describe('whatever is given to the decoder of', () => {
    test.each(targets)(
      '$name, it is sound or refused',
      async ({ name, share }) => {
        const count = Math.ceil(inputs * share);
        const report = await decoder.ask({ module: module.href, target: name, from: 0, count });
        expect(report, `tools/fuzz/process.ts MODULE '${name}' SEED shows it again`).not.toHaveProperty(
          'failed',
        );
        if (!('peakMiB' in report)) throw new Error('no end was reported');
        expect(report.accepted + report.refused).toBe(count);
        expect(report.refused, 'inputs that were refused').toBeGreaterThan(0);
        expect(report.peakMiB).toBeLessThan(memoryMiB);
      },
      3_600_000,
    );
  });
}
