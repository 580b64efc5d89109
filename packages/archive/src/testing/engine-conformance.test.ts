import { describe, expect, test } from 'vitest';
import { portableCodec } from '../codec/portable-codec.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import { webPrimitives } from '../engine/primitives.ts';
import { nodeEngine } from '../node/node-engine.ts';
import { nodePrimitives } from '../node/node-primitives.ts';
import { engineConformance } from './engine-conformance.ts';

describe.each([
  ['worker threads of Node', nodeEngine()],
  ['node:crypto', inlineEngine(nodePrimitives())],
  ['WebCrypto', inlineEngine(webPrimitives(portableCodec))],
])('an engine of %s', (_, engine) => {
  test.each(engineConformance)('$name', async ({ run }) => {
    await expect(run(engine)).resolves.toBeUndefined();
  });
});
