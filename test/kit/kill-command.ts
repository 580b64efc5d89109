import { watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { strongroom } from '../../tools/run-strongroom.ts';

// What a shell says of a process that SIGKILL ended.
const killedCode = 137;

/**
 * How long a command is at work: from the first thing that it changes in a folder to its end, milliseconds. Before that
 * it only starts.
 */
export async function timeOfWork(args: readonly string[], folder: string): Promise<number> {
  const first = firstChange(folder);
  const { code, stderr } = await strongroom(args);
  if (code !== 0) throw new Error(stderr);
  return performance.now() - (await first.seen);
}

/**
 * Runs a command and kills it so many milliseconds after the first thing that it changes in a folder.
 * @returns whether it was killed, rather than done before
 */
export async function kill(args: readonly string[], folder: string, after: number): Promise<boolean> {
  const death = new AbortController();
  const ended = new AbortController();
  const first = firstChange(folder);
  const running = strongroom(args, { kill: death.signal }).finally(() => ended.abort());
  const late = first.seen
    .then(() => sleep(after, undefined, { signal: ended.signal }))
    .then(
      () => death.abort(),
      // It was done sooner.
      () => undefined,
    );
  const { code, stderr } = await running;
  first.stop();
  await late;
  if (code !== 0 && code !== killedCode) throw new Error(stderr);
  return code === killedCode;
}

interface FirstChange {
  /** When it was seen, as `performance.now` has it. */
  readonly seen: Promise<number>;
  stop(): void;
}

function firstChange(folder: string): FirstChange {
  const watcher = watch(folder, { recursive: true });
  const seen = new Promise<number>((resolve) => {
    watcher.once('change', () => {
      resolve(performance.now());
      watcher.close();
    });
    watcher.once('close', () => resolve(performance.now()));
  });
  return { seen, stop: () => watcher.close() };
}

/** Moments of a run, from 0 to 1, one in each of so many equal parts of it. The same for the same seed. */
export function moments(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    // Numerical Recipes' generator.
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (i + seed / 2 ** 32) / count;
  });
}
