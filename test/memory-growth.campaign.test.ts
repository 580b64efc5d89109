import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { campaignSize } from '../tools/campaign.ts';
import { measured } from './kit/memory-run.ts';
import type { MemoryData, MemoryTask } from './kit/memory-task.ts';

// Memory does not grow with what is backed up: four times as much takes about as much memory. `memory.long.test.ts` has
// a million files, and one of 50 GB.

const MB = 1_000_000;
const files = campaignSize({ short: 2000, long: 5000 });
// What is thrown away as soon as it is stored, and what is kept.
const passing = campaignSize({ short: 100, long: 375 }) * MB;
const kept = campaignSize({ short: 40, long: 60 }) * MB;
const timeout = 600_000;

// What a process takes differs from run to run, and what is kept for later fills up only once there is enough for it.
const fluctuation = 100;

const mostOfBackup = 400;
const mostOfRest = 300;

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-memory-'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('four times as many small files take about as much memory', () => {
  const few = tasksOf('few', { kind: 'generated', files, bytes: 1000 });
  const many = tasksOf('many', { kind: 'generated', files: 4 * files, bytes: 1000 });

  test.each([
    { what: 'to back up', act: 'backup', most: mostOfBackup },
    { what: 'to find that nothing changed', act: 'backup', most: mostOfRest },
    { what: 'to restore', act: 'restore', most: mostOfRest },
    { what: 'to verify', act: 'verify', most: mostOfRest },
  ] as const)(
    '$what',
    async ({ act, most }) => {
      const [small, large] = [await measured(few(act)), await measured(many(act))];
      expect(large.files).toBe(4 * small.files);
      expect(large.peakMiB).toBeLessThan(small.peakMiB + fluctuation);
      expect(large.peakMiB).toBeLessThan(most);
    },
    timeout,
  );
});

describe('a file four times as large takes about as much memory', () => {
  const large = tasksOf('large', { kind: 'generated', files: 1, bytes: passing });
  const larger = tasksOf('larger', { kind: 'generated', files: 1, bytes: 4 * passing });
  const stored = tasksOf('stored', { kind: 'generated', files: 1, bytes: kept });
  const storedLarger = tasksOf('stored larger', { kind: 'generated', files: 1, bytes: 4 * kept });

  test.each([
    { what: 'to back up', small: large, large: larger, act: 'backup', discard: true, most: mostOfBackup },
    {
      what: 'to store',
      small: stored,
      large: storedLarger,
      act: 'backup',
      discard: false,
      most: mostOfBackup,
    },
    {
      what: 'to restore',
      small: stored,
      large: storedLarger,
      act: 'restore',
      discard: false,
      most: mostOfRest,
    },
    {
      what: 'to verify',
      small: stored,
      large: storedLarger,
      act: 'verify',
      discard: false,
      most: mostOfRest,
    },
  ] as const)(
    '$what',
    async ({ small, large, act, discard, most }) => {
      const before = await measured({ ...small(act), discard });
      const after = await measured({ ...large(act), discard });
      expect(after.bytes).toBe(4 * before.bytes);
      expect(after.peakMiB).toBeLessThan(before.peakMiB + fluctuation);
      expect(after.peakMiB).toBeLessThan(most);
    },
    timeout,
  );
});

function tasksOf(name: string, data: MemoryData): (act: MemoryTask['act']) => MemoryTask {
  return (act) => ({ act, data, root: join(root, name) });
}
