import type { Readable } from 'node:stream';
import { start, succeed, textOf, type Command } from './command.ts';
import { watchMemory } from './memory.ts';

/** What running a command took. */
export interface Measurement {
  /** From start to end, by the clock. */
  readonly seconds: number;
  /** Of all its processes, in user and kernel mode. */
  readonly cpuSeconds: number;
  /** The most memory that its processes held together, bytes; null where the system does not tell. */
  readonly peakBytes: number | null;
}

// The shell's own `times` counts what its children used, exactly and with nothing to install.
const timed = '"$@"; code=$?; times >&3; exit $code';

/** Runs a command to its end and measures it. @throws Error when it fails */
export async function measure(command: Command): Promise<Measurement> {
  const began = performance.now();
  const shell = { ...command, argv: ['/bin/sh', '-c', timed, 'sh', ...command.argv] };
  const child = start(shell, ['ignore', 'ignore', 'pipe', 'pipe']);
  const memory = watchMemory(child.pid!);
  try {
    const [times] = await Promise.all([textOf(child.stdio[3] as Readable), succeed(child, command)]);
    return {
      seconds: (performance.now() - began) / 1000,
      cpuSeconds: parseTimes(times),
      peakBytes: memory.peak(),
    };
  } finally {
    memory.stop();
  }
}

/**
 * What the children of a shell used, from the two lines that its `times` writes: its own times, then theirs.
 * @returns seconds, user and kernel mode together
 */
export function parseTimes(text: string): number {
  const found = [...(text.split('\n')[1] ?? '').matchAll(/(\d+)m(\d+[.,]\d+)s/g)];
  if (found.length !== 2) throw new Error(`the shell's times cannot be read: ${text}`);
  return found.reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds!.replace(',', '.')),
    0,
  );
}
