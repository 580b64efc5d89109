import { StrongroomError } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { portableCodec } from '../codec/portable-codec.ts';
import { hmacKey } from '../format/keys.ts';
import { noise } from '../testing/fixtures.ts';
import type { ChunkEngine } from './chunk-engine.ts';
import { inlineEngine } from './inline-engine.ts';
import { type Answer, type Request, answerAll } from './messages.ts';
import { webPrimitives } from './primitives.ts';
import { type Thread, type ThreadedEngine, threadedEngine } from './threads.ts';

const primitives = webPrimitives(portableCodec);
const enough = 2 * 1024 * 1024;

/** A thread that answers, ends or fails when it is told to. */
class PuppetThread implements Thread {
  readonly asked: (readonly Request[])[] = [];
  readonly kept: boolean[] = [];
  ended = false;
  #answered: (answers: readonly Answer[]) => void = () => undefined;
  #failed: (error: unknown) => void = () => undefined;

  ask(requests: readonly Request[], transfer: ArrayBuffer[]): void {
    this.asked.push(structuredClone(requests, { transfer }));
  }

  onAnswers(listener: (answers: readonly Answer[]) => void): void {
    this.#answered = listener;
  }

  onFailure(listener: (error: unknown) => void): void {
    this.#failed = listener;
  }

  keepAlive(busy: boolean): void {
    this.kept.push(busy);
  }

  end(): void {
    this.ended = true;
  }

  async answerNext(): Promise<void> {
    this.#answered(await answerAll(primitives, this.asked.shift()!));
  }

  fail(): void {
    this.#failed(new Error('it broke'));
  }
}

function puppets(width: number): { engine: ThreadedEngine; threads: PuppetThread[] } {
  const threads: PuppetThread[] = [];
  const spawn = (): Thread => {
    threads.push(new PuppetThread());
    return threads.at(-1)!;
  };
  return { engine: threadedEngine({ spawn, width, here: inlineEngine(primitives) }), threads };
}

async function name(engine: ChunkEngine, plain = noise(enough, 1)): Promise<string> {
  const key = await hmacKey(noise(32, 1).slice(), ['sign'], true);
  return engine.name(key, plain).then(
    () => 'named',
    (error: unknown) => (error instanceof StrongroomError ? error.code : String(error)),
  );
}

/** A job that no message can hold, and no engine can do. */
async function refusedSeal(engine: ChunkEngine, length: number, compress = true): Promise<string> {
  const sealing = engine.seal({
    plain: noise(length, 2),
    name: undefined,
    chunkId: await hmacKey(noise(32, 1).slice(), ['sign'], true),
    key: { not: 'a key', but: () => undefined } as never,
    nonce: new Uint8Array(12),
    data: new Uint8Array(1),
    compress,
  });
  return sealing.then(
    () => 'sealed',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}

/** What is asked has gone over to the threads. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

describe('an engine with threads', () => {
  test('seals here what is not compressed, unless it is a lot', async () => {
    const { engine, threads } = puppets(2);
    for (let sealed = 0; sealed < 8 * enough; sealed += enough / 10)
      await refusedSeal(engine, enough / 10, false);
    expect(threads).toHaveLength(0);
  });

  test('starts none for little work, and as many as it may for much', async () => {
    const { engine, threads } = puppets(2);
    expect(await name(engine, noise(1000, 1))).toBe('named');
    expect(threads).toHaveLength(0);
    const named = Array.from({ length: 6 }, () => name(engine));
    await settle();
    expect(threads.map(({ asked }) => asked.length)).toEqual([2, 2]);
    while (threads.some(({ asked }) => asked.length > 0)) {
      for (const thread of threads) if (thread.asked.length > 0) await thread.answerNext();
    }
    expect(await Promise.all(named)).toEqual(Array(6).fill('named'));
    expect(threads.map(({ kept }) => kept.at(-1))).toEqual([false, false]);
  });

  test('sends small jobs together, and of those the one that cannot be sent fails alone', async () => {
    const { engine, threads } = puppets(1);
    const large = [name(engine), name(engine)];
    await settle();
    const small = Array.from({ length: 4 }, () => name(engine, noise(100_000, 1)));
    await settle();
    const refused = refusedSeal(engine, 100_000);
    await threads[0]!.answerNext();
    await settle();
    expect(threads[0]!.asked.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
    expect(await refused).toBe('DataCloneError');
    const more = Array.from({ length: 4 }, () => name(engine, noise(100_000, 1)));
    await settle();
    for (let i = 0; i < 4; i++) await threads[0]!.answerNext();
    expect(threads[0]!.asked.map(({ length }) => length)).toEqual([1, 4]);
    await threads[0]!.answerNext();
    await threads[0]!.answerNext();
    expect(await Promise.all([...large, ...small, ...more])).toEqual(Array(10).fill('named'));
  });

  test('fails every job when a thread fails: those that it has, those that wait, those that come', async () => {
    const { engine, threads } = puppets(1);
    const named = Array.from({ length: 5 }, () => name(engine));
    await settle();
    threads[0]!.fail();
    expect(await Promise.all(named)).toEqual(Array(5).fill('bug'));
    expect(await name(engine)).toBe('bug');
    expect(threads.map(({ ended }) => ended)).toEqual([true]);
  });

  test('fails the one job that cannot be sent', async () => {
    const { engine, threads } = puppets(1);
    const first = name(engine);
    await settle();
    const refused = refusedSeal(engine, enough);
    expect(await refused).toBe('DataCloneError');
    const third = name(engine);
    await settle();
    await threads[0]!.answerNext();
    await threads[0]!.answerNext();
    expect(await Promise.all([first, third])).toEqual(['named', 'named']);
  });

  test('ends its threads when it is closed, and starts others when it is asked again', async () => {
    const { engine, threads } = puppets(2);
    const named = Array.from({ length: 6 }, () => name(engine));
    await settle();
    engine.close();
    expect(await Promise.all(named)).toEqual(Array(6).fill('cancelled'));
    expect(threads.map(({ ended }) => ended)).toEqual([true, true]);
    const again = name(engine);
    await settle();
    expect(threads).toHaveLength(3);
    await threads[2]!.answerNext();
    expect(await again).toBe('named');
  });
});
