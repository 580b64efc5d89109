import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { programCommand } from '../../tools/command.ts';
import type { MemoryReport, MemoryTask } from './memory-task.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('memory-process.ts', import.meta.url));

// What the launcher of the command sets when it has started comes to this.
const flags = ['--max-semi-space-size=1', '--semi-space-growth-factor=1', '--heap-growing-percent=20'];
const threads = { UV_THREADPOOL_SIZE: '16' };

/** Does a task in a process of its own. @throws Error when it fails */
export async function measured(task: MemoryTask): Promise<MemoryReport> {
  const { stdout } = await run(
    process.execPath,
    [...flags, ...programCommand('memory-process', program), JSON.stringify(task)],
    {
      env: { ...process.env, ...threads },
    },
  );
  return JSON.parse(stdout) as MemoryReport;
}
