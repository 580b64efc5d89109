import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { strongroomCommand } from '../../tools/command.ts';
import { strongroom, type Answer, type RunOptions } from '../../tools/run-strongroom.ts';

// Hundreds of commands are started: half of the time of each would go into reading the same sources again.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'strongroom-compile-cache');

/** What a refused command said. */
export interface Refusal {
  readonly exit: number;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** The whole line that programs read. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** One device: runs commands on its profile. */
export interface Device {
  readonly profile: string;
  /** Runs a command that must end with this exit code. */
  run(args: readonly string[], options?: RunOptions & { readonly exit?: number }): Promise<Answer>;
  /** Runs a command that must succeed, and answers its JSON. */
  json(args: readonly string[], options?: RunOptions): Promise<Record<string, never>>;
  /** Runs a command that must be refused, as programs do. */
  refused(args: readonly string[], options?: RunOptions): Promise<Refusal>;
  /** The same as a person and as a program, and holds what they are told against each other. */
  refusedAlike(args: readonly string[], options?: RunOptions): Promise<Refusal & { readonly shown: string }>;
}

/** The device whose state is in a folder. */
export function device(profile: string): Device {
  const onProfile = (args: readonly string[], options?: RunOptions): Promise<Answer> =>
    strongroom([...args, '--profile', profile], options);
  return {
    profile,
    async run(args, { exit = 0, ...options } = {}) {
      const answer = await onProfile(args, options);
      expect(answer, `strongroom ${args.join(' ')}`).toMatchObject({ code: exit });
      return answer;
    },
    async json(args, options) {
      const answer = await onProfile([...args, '--json'], options);
      expect(answer, `strongroom ${args.join(' ')}`).toMatchObject({ code: 0 });
      return onlyLine(answer.stdout) as Record<string, never>;
    },
    async refused(args, options) {
      return refusalOf(await onProfile([...args, '--json'], options));
    },
    async refusedAlike(args, options) {
      const people = await onProfile(args, options);
      const refusal = refusalOf(await onProfile([...args, '--json'], options));
      expect(people).toMatchObject({ code: refusal.exit, stdout: '' });
      expectSentenceBeforeCode(people.stderr, refusal.code);
      return { ...refusal, shown: people.stderr };
    },
  };
}

/** What a command with `--json` said that was refused. */
export function refusalOf({ code: exit, stdout }: Answer): Refusal {
  const json = onlyLine(stdout);
  const { code, message, details } = (json['error'] ?? {}) as Refusal;
  expect({ exit, code, stdout }).toEqual({ exit: expect.any(Number), code: expect.any(String), stdout });
  expect(exit).not.toBe(0);
  return { exit, code, message, details, json };
}

function expectSentenceBeforeCode(shown: string, code: string): void {
  const lines = shown.trimEnd().split('\n');
  expect(lines.at(-1)).toBe(`(${code})`);
  expect(lines.at(-2)).toMatch(/^\S.{8,}[.!?`)]$/);
  expect(shown).not.toContain('\u001B');
}

/** The one line of JSON that programs read. */
export function onlyLine(stdout: string): Record<string, unknown> {
  expect(stdout.match(/\n/g)).toHaveLength(1);
  expect(stdout.endsWith('\n')).toBe(true);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** A command that is still running. */
export interface Running {
  signal(name: NodeJS.Signals): void;
  /** Writes to its standard input, which stays open. */
  type(text: string): void;
  readonly ended: Promise<Answer>;
}

/** How a command is started. */
export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** A program that starts it. */
  readonly by?: readonly string[];
}

/** Starts a command whose standard input stays open. */
export function start(args: readonly string[], { env = {}, by = [] }: StartOptions = {}): Running {
  const [program, ...rest] = [...by, process.execPath, ...strongroomCommand(), ...args];
  const child = spawn(program!, rest, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Answer>((resolve) => {
    child.once('close', (code) => resolve({ code: code ?? 137, stdout, stderr }));
  });
  return { signal: (name) => child.kill(name), type: (text) => child.stdin.write(text), ended };
}

/** Runs a command that the permissions of files hold for, also when the tests are run by root. */
export function runUnprivileged(args: readonly string[]): Promise<Answer> {
  const capabilities = '-dac_override,-dac_read_search';
  return start(args, getuid?.() === 0 ? { by: ['setpriv', '--bounding-set', capabilities] } : {}).ended;
}

/** Waits until something holds. @throws Error after ten seconds */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`waited in vain: ${what}`);
}

/** Whether a command holds a profile. */
export function isBusy(profile: string): boolean {
  const file = join(profile, 'lock');
  if (!existsSync(file)) return false;
  try {
    using lock = new DatabaseSync(file);
    lock.exec('BEGIN EXCLUSIVE');
    return false;
  } catch {
    return true;
  }
}
