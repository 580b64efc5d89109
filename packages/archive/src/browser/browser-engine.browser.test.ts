import { afterAll, describe, expect, test } from 'vitest';
import type { ChunkEngine } from '../engine/chunk-engine.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import { portableCodec } from '../codec/portable-codec.ts';
import { webPrimitives } from '../engine/primitives.ts';
import { type ThreadedEngine, threadedEngine } from '../engine/threads.ts';
import { hmacKey } from '../format/keys.ts';
import { engineConformance } from '../testing/engine-conformance.ts';
import { noise } from '../testing/fixtures.ts';
import { browserEngine, threadOf } from './browser-engine.ts';

const here = inlineEngine(webPrimitives(portableCodec));
const one = browserEngine({ threads: 1 });
const many = browserEngine({ threads: 3 });
const key = await hmacKey(noise(32, 1).slice(), ['sign'], true);

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

describe('jobs end, and do not wait for ever,', () => {
  test.each([
    ['does not load', ''],
    ['breaks when it starts', 'throw new Error("it broke");'],
    ['breaks at work', 'self.onmessage = () => { throw new Error("it broke"); };'],
    [
      'rejects what it promised',
      'self.onmessage = () => Promise.reject(new Error("it broke")).catch(reportError);',
    ],
  ])('when a worker %s', async (_, script) => {
    const engine = engineOf(() => workerOf(script));
    for (const { reason } of await refusedBy(engine)) expect(reason).toMatchObject({ code: 'bug' });
    engine.close();
  });

  test('when an answer cannot be read', async () => {
    const silent = workerOf('self.onmessage = () => {};');
    const refused = refusedBy(engineOf(() => silent));
    silent.dispatchEvent(new MessageEvent('messageerror'));
    for (const { reason } of await refused) expect(reason).toMatchObject({ code: 'bug' });
  });

  test('when the engine is closed, which may be used again afterwards', async () => {
    const refused = refusedBy(one);
    one.close();
    for (const { reason } of await refused) expect(reason).toMatchObject({ code: 'cancelled' });
    expect((await one.name(key, noise(2_000_000, 1))).name).toHaveLength(32);
  });
});

function engineOf(start: () => Worker): ThreadedEngine {
  return threadedEngine({ here, spawn: () => threadOf(start()), width: 1 });
}

/** A worker that runs a script; without one, a worker that is not found. */
function workerOf(script: string): Worker {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  if (script === '') URL.revokeObjectURL(url);
  return new Worker(url, { type: 'module' });
}

/** What becomes of more jobs than a worker takes at a time; all of them have to fail. */
async function refusedBy(engine: ChunkEngine): Promise<PromiseRejectedResult[]> {
  const asked = Array.from({ length: 8 }, () => engine.name(key, noise(2_000_000, 2)));
  const ended = await Promise.allSettled(asked);
  const refused = ended.filter((end) => end.status === 'rejected');
  expect(refused).toHaveLength(asked.length);
  return refused;
}
