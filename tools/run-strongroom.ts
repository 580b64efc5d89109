import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { environment, strongroomCommand } from './command.ts';

/** What a command answered. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunOptions {
  /** Goes to standard input, which then ends. */
  readonly input?: AsyncIterable<string> | string;
  /** Shows standard error as it comes instead of collecting it. */
  readonly showProgress?: boolean;
  /** Killed with SIGKILL when it is aborted. */
  readonly kill?: AbortSignal;
}

/** Runs the `strongroom` command to its end. */
export async function strongroom(args: readonly string[], options: RunOptions = {}): Promise<Answer> {
  const { input = '', showProgress = false, kill } = options;
  const child = spawn(process.execPath, [...strongroomCommand(), ...args], {
    stdio: ['pipe', 'pipe', showProgress ? 'inherit' : 'pipe'],
    env: environment(),
  });
  kill?.addEventListener('abort', () => child.kill('SIGKILL'));
  // A command may end before it has read everything.
  child.stdin!.on('error', () => {});
  Readable.from(typeof input === 'string' ? [input] : input).pipe(child.stdin!);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]);
  return { code, stdout, stderr };
}

/** A server that was started, its address and the hash of its list of vaults. */
export interface Server {
  readonly url: string;
  /** `sha256:` and 64 digits. */
  readonly directory: string;
  readonly data: string;
  readonly process: ChildProcess;
  /** Asks it to stop, and waits. */
  stop(): Promise<void>;
  /** Kills it at once, and waits. */
  kill(): Promise<void>;
}

/** How a server is started. */
export interface ServerOptions {
  readonly data: string;
  /** What it writes to standard error is appended to this file. */
  readonly log: string;
  readonly port?: number;
  /** More arguments, such as `--policy`. */
  readonly args?: readonly string[];
  /** A program to run instead of the command; it must print the same line. */
  readonly program?: string;
}

/** Starts `strongroom up` and waits until it is up. @throws Error when it ends before */
export async function startServer({
  data,
  log,
  port = 0,
  args = [],
  program,
}: ServerOptions): Promise<Server> {
  const up = ['up', '--data', data, '--port', String(port), '--json', ...args];
  const command = program === undefined ? strongroomCommand() : ['--conditions=source', program];
  const child = spawn(process.execPath, [...command, ...up], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
  });
  child.stderr.pipe(createWriteStream(log, { flags: 'a' }));
  const { url, directory } = JSON.parse(await firstLine(child, log)) as { url: string; directory: string };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exitOf(child);
  };
  return { url, directory, data, process: child, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

/** Signs a profile in, taking the code from the server's outbox as a person takes it from the phone. */
export function signIn(
  { url, directory, data }: Pick<Server, 'url' | 'directory' | 'data'>,
  profile: string,
  phone = '+491701234567',
): Promise<Answer> {
  const args = ['sign-in', '--server', url, '--phone', phone, '--directory', directory, '--profile', profile];
  return strongroom(args, { input: nextCode(join(data, 'outbox.log')) });
}

/** The next code that is sent, as a line; nothing when none comes within ten seconds. */
export async function* nextCode(outbox: string): AsyncGenerator<string> {
  const before = (await linesOf(outbox)).length;
  for (let tries = 0; tries < 200; tries++) {
    const now = await linesOf(outbox);
    if (now.length > before) {
      yield `${now.at(-1)!.slice(-6)}\n`;
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function linesOf(file: string): Promise<string[]> {
  const content = await readFile(file, 'utf8').catch(() => '');
  return content.split('\n').filter((line) => line !== '');
}

async function firstLine(child: ChildProcess, log: string): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error(`the server ended before it was up: ${await readFile(log, 'utf8').catch(() => '')}`);
}

async function text(stream: ChildProcess['stdout']): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function exitOf(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  if (child.signalCode !== null) return Promise.resolve(137);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 137)));
}
