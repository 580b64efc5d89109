import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measured } from './kit/memory-run.ts';
import type { MemoryData, MemoryTask } from './kit/memory-task.ts';

// What `memory.test.ts` shows in small, at the size of which it is promised. Needs 12 GB of room.

const GB = 1_000_000_000;

// What a process takes differs from run to run.
const fluctuation = 80;

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-memory-'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

test('a million small files take about as much memory as a quarter of a million', async () => {
  const quarter = tasksOf('a quarter', { kind: 'generated', files: 250_000, bytes: 300 });
  const whole = tasksOf('a million', { kind: 'generated', files: 1_000_000, bytes: 300 });
  for (const act of ['backup', 'backup', 'restore', 'verify'] as const) {
    const { peakMiB } = await measured(quarter(act));
    expect((await measured(whole(act))).peakMiB, `to ${act}`).toBeLessThan(peakMiB + fluctuation);
  }
});

test('50 GB take about as much memory as 5', async () => {
  const large = tasksOf('large', { kind: 'generated', files: 1, bytes: 5 * GB });
  const larger = tasksOf('larger', { kind: 'generated', files: 1, bytes: 50 * GB });
  const { peakMiB } = await measured({ ...large('backup'), discard: true });
  const discarded = await measured({ ...larger('backup'), discard: true });
  expect(discarded.bytes).toBe(50 * GB);
  expect(discarded.peakMiB).toBeLessThan(peakMiB + fluctuation);
});

test('5 GB that are stored take about as much memory as 1, to restore and to verify', async () => {
  const large = tasksOf('stored', { kind: 'generated', files: 1, bytes: GB });
  const larger = tasksOf('stored larger', { kind: 'generated', files: 1, bytes: 5 * GB });
  for (const act of ['backup', 'restore', 'verify'] as const) {
    const { peakMiB } = await measured(large(act));
    expect((await measured(larger(act))).peakMiB, `to ${act}`).toBeLessThan(peakMiB + fluctuation);
  }
});

function tasksOf(name: string, data: MemoryData): (act: MemoryTask['act']) => MemoryTask {
  return (act) => ({ act, data, root: join(root, name) });
}
