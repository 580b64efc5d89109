import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));

/** What a command answered. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `strongroom` command to its end; `input` goes to its standard input. */
export async function strongroom(
  args: readonly string[],
  input: AsyncIterable<string> | string = '',
): Promise<Answer> {
  const child = start(args);
  Readable.from(typeof input === 'string' ? [input] : input).pipe(child.stdin!);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit(child)]);
  return { code, stdout, stderr };
}

/** A server that was started, its address and the hash of its list of vaults. */
export interface Server {
  readonly url: string;
  readonly directory: string;
  stop(): Promise<void>;
}

/** Starts `strongroom up`; what it logs goes to a file. */
export async function startServer(data: string, logFile: string): Promise<Server> {
  const child = start(['up', '--data', data, '--port', '0', '--json']);
  child.stderr?.pipe(createWriteStream(logFile));
  const line = await firstLine(child);
  const { url, directory } = JSON.parse(line) as { url: string; directory: string };
  return {
    url,
    directory,
    stop: async () => {
      child.kill('SIGTERM');
      await exit(child);
    },
  };
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--conditions=source', main, ...args], { stdio: 'pipe' });
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the server ended before it was up; its log says why');
}

async function text(stream: ChildProcess['stdout']): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function exit(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
