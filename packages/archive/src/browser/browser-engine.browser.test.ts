import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { ChunkEngine } from '../engine/chunk-engine.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import { portableCodec } from '../codec/portable-codec.ts';
import { webPrimitives } from '../engine/primitives.ts';
import { threadedEngine } from '../engine/threads.ts';
import { hmacKey } from '../format/keys.ts';
import { engineConformance } from '../testing/engine-conformance.ts';
import { noise } from '../testing/fixtures.ts';
import { browserEngine, threadOf } from './browser-engine.ts';

const here = inlineEngine(webPrimitives(portableCodec));
const one = browserEngine({ threads: 1 });
const many = browserEngine({ threads: 3 });

afterAll(() => {
  for (const engine of [one, many]) engine.close();
});

describe.each([
  ['on one worker', one],
  ['on three workers', many],
  ['on the thread that asks', here],
])('the engine of a browser %s', (_, engine) => {
  test.each(engineConformance)('$name', async ({ run }) => {
    await expect(run(engine)).resolves.toBeUndefined();
  });
});

/** An engine whose workers run a script of these lines. */
function engineOf(script: string): ReturnType<typeof browserEngine> {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const spawn = (): ReturnType<typeof threadOf> => threadOf(new Worker(url, { type: 'module' }));
  return threadedEngine({ here, spawn, width: 2 });
}

/** More jobs than a worker takes at a time, each worth one. */
async function askMuch(engine: ChunkEngine): Promise<PromiseSettledResult<unknown>[]> {
  const key = await hmacKey(noise(32, 1).slice(), ['sign'], true);
  const asked = Array.from({ length: 12 }, () => engine.name(key, noise(2 * 1024 * 1024, 2)));
  return Promise.allSettled(asked);
}
