import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StrongroomError } from '@strongroom/core';
import type { CommandLine } from './programs.ts';

/** A process of a fleet: it outlives whoever started it, and any command finds it again. */
export interface LocalProcessOptions {
  /** For people, such as `the vault node of site a`. */
  readonly name: string;
  readonly command: () => CommandLine;
  readonly environment?: () => NodeJS.ProcessEnv;
  /** In its arguments and in no other process's, such as the path of its configuration. */
  readonly mark: string;
  /** Where its number is kept. */
  readonly pidFile: string;
  /** Its standard output and error are appended here. */
  readonly log: string;
  /** Ends the waiting for it. */
  readonly signal: AbortSignal | undefined;
}

const lookEvery = 20;
// Of a log, when something went wrong, characters.
const keptLog = 2000;

/** Starts and ends a process that runs by itself. */
export class LocalProcess {
  readonly #options: LocalProcessOptions;

  constructor(options: LocalProcessOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get log(): string {
    return this.#options.log;
  }

  /** Its number while it runs. */
  get pid(): number | undefined {
    const pid = readPid(this.#options.pidFile);
    return pid !== undefined && commandOf(pid).includes(this.#options.mark) ? pid : undefined;
  }

  /** Starts it, unless it runs. */
  start(): void {
    if (this.pid !== undefined) return;
    this.#checkStopped();
    const { command, environment, pidFile, log } = this.#options;
    for (const file of [pidFile, log]) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const [program, ...args] = command();
    const output = openSync(log, 'a', 0o600);
    try {
      const stdio = ['ignore', output, output] as const;
      const child = spawn(program, args, {
        detached: true,
        stdio: [...stdio],
        ...(environment && { env: environment() }),
      });
      // What keeps a program from starting shows in that it does not run.
      child.once('error', () => undefined);
      child.unref();
      if (child.pid !== undefined) writeFileSync(pidFile, `${child.pid}\n`);
    } finally {
      closeSync(output);
    }
  }

  /** Sends a signal; `false` when it does not run. */
  signal(signal: NodeJS.Signals): boolean {
    const { pid } = this;
    return pid !== undefined && sent(pid, signal);
  }

  /** Asks it to end, and ends it after so many milliseconds. */
  async stop(within: number): Promise<void> {
    if (!this.signal('SIGTERM')) return;
    if (!(await this.#isGone(within))) await this.kill();
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#isGone(Infinity);
    rmSync(this.#options.pidFile, { force: true });
  }

  /**
   * Looks until there is something, for so many milliseconds at most.
   * @throws StrongroomError `wrong-usage` with the end of its log when it ends or is not ready in time; `cancelled`
   */
  async until<T>(look: () => Promise<T | undefined>, within: number): Promise<T> {
    for (const end = performance.now() + within; performance.now() < end; await pause(lookEvery)) {
      this.#checkStopped();
      const found = await look();
      if (found !== undefined) return found;
      if (this.pid === undefined) throw this.#failed('ended');
    }
    throw this.#failed(`was not ready after ${Math.round(within / 1000)} s`);
  }

  async #isGone(within: number): Promise<boolean> {
    for (const end = performance.now() + within; performance.now() < end; await pause(lookEvery))
      if (this.pid === undefined) return true;
    return this.pid === undefined;
  }

  #checkStopped(): void {
    if (this.#options.signal?.aborted) throw new StrongroomError('cancelled', {});
  }

  #failed(how: string): StrongroomError<'wrong-usage'> {
    const { name, log } = this.#options;
    const why = `${name} ${how}. What it said last, in ${log}:\n${lastOf(log)}`;
    return new StrongroomError('wrong-usage', { why });
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

// A number is used again after a process has ended: its arguments tell whether it is the same. Those of a process that
// has ended, and that nobody has taken note of, are empty.
function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'command=', '-ww', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function sent(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function lastOf(log: string): string {
  try {
    return readFileSync(log, 'utf8').slice(-keptLog).trim();
  } catch {
    return '(nothing)';
  }
}
