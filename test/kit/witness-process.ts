import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process all of whose output is kept. */
export interface RecordedProcess {
  /** Everything it has written so far, to standard output and standard error. */
  output(): string;
  /** Waits for the first whole line on standard output. @throws Error when it ends before */
  firstLine(): Promise<string>;
  /** Asks it to stop, and waits for its end. */
  stop(): Promise<void>;
}

/** Starts a program with arguments for Node. */
export function startRecorded(args: readonly string[]): RecordedProcess {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [all, stdout] = ['', ''];
  child.stdout.on('data', (chunk) => {
    all += String(chunk);
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => (all += String(chunk)));
  const ended = once(child, 'close');
  return {
    output: () => all,
    firstLine: async () => {
      while (!stdout.includes('\n')) {
        const more = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
        if (more === undefined && !stdout.includes('\n')) throw new Error(`it ended: ${all}`);
      }
      return stdout.split('\n')[0]!;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
