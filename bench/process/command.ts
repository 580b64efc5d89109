import { spawn, type ChildProcess } from 'node:child_process';

/** A program with its arguments, where it runs, and what is added to its environment. */
export interface Command {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end. @returns its standard output @throws Error with its last words when it fails */
export async function run(command: Command): Promise<string> {
  const child = start(command, ['ignore', 'pipe', 'pipe']);
  const [stdout] = await Promise.all([textOf(child.stdout), succeed(child, command)]);
  return stdout;
}

/** Whether a program is installed, and what it answers when it is asked for its version. */
export async function versionOf(...argv: readonly string[]): Promise<string | null> {
  try {
    const text = await run({ argv });
    return text.split('\n')[0]!.trim();
  } catch {
    return null;
  }
}

/** Starts a command. */
export function start({ argv, cwd, env }: Command, stdio: ('ignore' | 'pipe')[]): ChildProcess {
  const [program, ...args] = argv;
  return spawn(program!, args, { stdio, ...(cwd !== undefined && { cwd }), env: { ...process.env, ...env } });
}

/** Waits for the end of a process, whose standard error is a pipe. @throws Error with its last words when it fails */
export async function succeed(child: ChildProcess, { argv }: Command): Promise<void> {
  const [stderr, end] = await Promise.all([textOf(child.stderr), endOf(child)]);
  if (end !== '0') throw new Error(`\`${argv.join(' ')}\` ended with ${end}: ${stderr.slice(-2000).trim()}`);
}

/** Everything that comes out of a stream. */
export async function textOf(stream: AsyncIterable<unknown> | null | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(String(code ?? signal)));
  });
}
