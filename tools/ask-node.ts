import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { BrowserCommand } from 'vitest/node';
import { environment } from './command.ts';

/**
 * Lets a test that runs in a browser ask Node something, in a process of its own.
 * @param program its path in the repository; it reads the request as JSON, and writes its answer as JSON
 */
export const askNode: BrowserCommand<[program: string, request: unknown], unknown> = async (
  _,
  program,
  request,
) => {
  const place = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const node = spawn(process.execPath, ['--conditions=source', place], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environment(),
  });
  // One that ends beforehand does not read all of it; its code says so.
  node.stdin.on('error', () => undefined).end(JSON.stringify(request));
  const [answer, [code]] = await Promise.all([text(node.stdout), once(node, 'close')]);
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return JSON.parse(answer) as unknown;
};
