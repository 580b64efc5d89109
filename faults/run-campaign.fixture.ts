import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Event } from './history/events.ts';
import { readHistory } from './history/read-history.ts';

/** What a campaign of its own process came to. */
export interface Ran {
  readonly exitCode: number;
  readonly output: string;
  readonly history: readonly Event[];
}

const program = fileURLToPath(new URL('main.ts', import.meta.url));

/** Runs `faults/main.ts` as somebody at a terminal does. */
export async function runMain(...args: readonly string[]): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'campaign-'));
  const report = join(folder, 'history.jsonl');
  try {
    const command = ['--conditions=source', program, ...args, '--report', report];
    const { exitCode, output } = await run(command);
    return { exitCode, output, history: exitCode === 2 ? [] : readHistory([report]) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(args: readonly string[]): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { maxBuffer: 64 * 1024 * 1024 },
      (_error, stdout, stderr) => resolve({ exitCode: child.exitCode ?? 1, output: `${stdout}${stderr}` }),
    );
  });
}
