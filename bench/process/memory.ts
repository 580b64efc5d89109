import { existsSync, readFileSync } from 'node:fs';

const interval = 20;

/** A watch over the memory of a process and those it started. */
export interface MemoryWatch {
  /** The most so far, bytes; null where the system does not tell. */
  peak(): number | null;
  stop(): void;
}

/** Watches the memory of a process, and of those it started, from outside: it looks into /proc every 20 milliseconds. */
export function watchMemory(pid: number): MemoryWatch {
  if (!existsSync('/proc/self/status')) return { peak: () => null, stop: () => {} };
  let most = 0;
  const look = (): void => {
    const seen = tree(pid).map(statusOf);
    const together = seen.reduce((sum, { now }) => sum + now, 0);
    // One process alone is caught exactly, between two looks too: the kernel keeps its high-water mark.
    most = Math.max(most, together, ...seen.map(({ mark }) => mark));
  };
  const timer = setInterval(look, interval);
  return { peak: () => most, stop: () => clearInterval(timer) };
}

// Children that a process's first thread started: no peer starts one from another.
function tree(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter((word) => word !== '');
  return [pid, ...children.flatMap((child) => tree(Number(child)))];
}

function statusOf(pid: number): { readonly now: number; readonly mark: number } {
  const status = read(`/proc/${pid}/status`);
  return { now: kilobytes(status, 'VmRSS'), mark: kilobytes(status, 'VmHWM') };
}

function kilobytes(status: string, field: string): number {
  return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
}

// Empty when the process has ended meanwhile.
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
