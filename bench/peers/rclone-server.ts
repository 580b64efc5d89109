import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { start } from '../process/command.ts';

/** A server that hands out a folder of this machine. */
export interface FolderServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Serves a folder with `rclone serve`, on a free port.
 * @param protocol one that it knows: `restic`, `sftp`
 * @throws Error when it ends before it serves
 */
export async function serveByRclone(
  protocol: string,
  folder: string,
  args: readonly string[] = [],
): Promise<FolderServer> {
  await mkdir(folder, { recursive: true });
  const own = ['--config', '', '--cache-dir', join(dirname(folder), 'server-cache'), '--addr', '127.0.0.1:0'];
  const argv = ['rclone', 'serve', protocol, ...own, ...args, folder];
  const child = start({ argv }, ['ignore', 'ignore', 'pipe']);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr! })) {
    said.push(line);
    const port = / on \S*127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) {
      // What it says later must not fill the pipe.
      child.stderr!.resume();
      return { port: Number(port), stop };
    }
  }
  throw new Error(`\`${argv.join(' ')}\` did not serve: ${said.join('\n')}`);
}
