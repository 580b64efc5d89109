import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import type { BombReport } from './bomb-process.ts';
import { bombs } from './bombs.ts';

// Few bytes that claim to be much. Two of the inputs have 64 MiB by themselves; reading one of these unchecked takes
// from 300 MiB to several GiB.
const mostMiB = 450;

const script = fileURLToPath(new URL('./bomb-process.ts', import.meta.url));
const reports = new Map<string, BombReport>();
let exit: string | undefined;

beforeAll(async () => {
  const child = fork(script, {
    execArgv: ['--conditions=source', '--expose-gc', '--max-old-space-size=200'],
  });
  child.on('message', (report: BombReport) => reports.set(report.name, report));
  exit = await new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? `${code}`)));
});

test.each(bombs)('$name: is damage, and takes little memory', ({ name }) => {
  const report = reports.get(name);
  if (!report) throw new Error(`the process ended before (${exit})`);
  expect(report).toMatchObject({ code: 'archive-damaged' });
  expect(report.peakMiB).toBeLessThan(mostMiB);
});
