import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range from which connections get theirs, so that a server that was stopped finds its port free again.
const lowest = 10_000;
const highest = 32_000;

/** So many different TCP ports of this machine that nobody uses. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(lowest, highest);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

/** Whether nobody listens at a port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
