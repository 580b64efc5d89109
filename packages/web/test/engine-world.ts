import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// Starts a real server for tests that run in a browser, in a process that outlives this one, and tells its address.

const program = fileURLToPath(new URL('engine-world-process.ts', import.meta.url));
const child = spawn(process.execPath, ['--conditions=source', program], {
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
for await (const line of createInterface({ input: child.stdout })) {
  process.stdout.write(line);
  break;
}
child.unref();
process.exit();
