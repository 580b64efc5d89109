import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bundledNode = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));

/**
 * Runs the same in the Node that the product was made for.
 * @param isThisOne it is the one that runs now, and lacks options only
 */
export function startInAnother(args, isThisOne) {
  if (!isThisOne && !existsSync(bundledNode)) {
    console.error(`strongroom needs Node 26 or newer; this is ${process.version}.`);
    process.exit(1);
  }
  const child = spawn(isThisOne ? process.execPath : bundledNode, args, { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; others are passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}
