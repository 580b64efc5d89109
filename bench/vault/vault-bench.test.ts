import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ready } from '@strongroom/opaque';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { percentile } from '../report/statistics.ts';
import { thisMachine } from '../report/report.ts';
import { OPAQUE_KE } from './contenders/bare.ts';
import type { Contender, Effort, Sample } from './contenders/contender.ts';
import { sampled } from './contenders/vault.ts';
import { nameOf, nodeName, transactionsName } from './names.ts';
import { parseVaultOptions } from './options.ts';
import { figuresOf } from './report/figures.ts';
import { goalsOf } from './report/goals.ts';
import { sharesOf } from './report/profile.ts';
import { toMarkdown } from './report/report.ts';
import { Workbench } from './workbench.ts';

const effort: Effort = { seconds: 0.001, batch: 4, inFlight: 4, alone: 2 };
const vault = nameOf('sqlite', 'software', 1000);

const sample = (contender: string, kind: Sample['kind'], more: Partial<Sample> = {}): Sample => ({
  contender,
  kind,
  round: 1,
  count: 100,
  seconds: 2,
  cpuSeconds: 1,
  latencies: [1, 2, 3, 4],
  ...more,
});

const node = (id: number, functionName: string, children: number[] = []) => ({
  id,
  children,
  callFrame: { functionName, url: '' },
});

async function play(workbench: Workbench): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (const { turn } of workbench.contenders) samples.push(...(await turn(1)));
  return samples;
}

const markdownOf = (samples: readonly Sample[], profile?: string): string =>
  toMarkdown({
    date: new Date(0).toISOString(),
    machine: thisMachine(),
    command: 'bench',
    versions: 'v',
    inFlight: 4,
    options: { rounds: 1, seconds: 1, records: { sqlite: [20, 30], etcd: [20] } },
    samples,
    profile,
  });

describe('figures', () => {
  test('divide all that was done in a round by all the time it took, and take the median of the rounds', () => {
    const samples = [
      sample(vault, 'retrieval', { count: 10, seconds: 1, cpuSeconds: 0.1 }),
      sample(vault, 'retrieval', { count: 30, seconds: 3, cpuSeconds: 0.1 }),
      sample(vault, 'retrieval', { round: 2, count: 10, seconds: 4, cpuSeconds: 0.1 }),
      sample(vault, 'retrieval', { round: 3, count: 10, seconds: 2, cpuSeconds: 0.05 }),
      sample(vault, 'describe', { count: 1_000_000 }),
    ];
    expect(figuresOf(samples, vault, 'retrieval')).toMatchObject({
      perCore: { median: 200, min: 100, max: 200 },
      perSecond: { median: 5, min: 2.5, max: 10 },
    });
    expect(figuresOf(samples, vault, 'cold')).toBeUndefined();
  });

  test('take percentiles of all rounds together', () => {
    const ascending = Array.from({ length: 200 }, (_, i) => i + 1);
    expect([50, 99, 100].map((percent) => percentile(ascending.toReversed(), percent))).toEqual([
      100, 198, 200,
    ]);
    expect(percentile([7], 99)).toBe(7);
    expect(() => percentile([], 50)).toThrow(RangeError);
  });

  test('add up the legs of the same retrieval', () => {
    const begin = { seconds: 1, cpuSeconds: 0.5, latencies: [1, 2] };
    const finish = { seconds: 2, cpuSeconds: 0.25, latencies: [10, 20] };
    expect(sampled(vault, 1, 'retrieval', [begin, finish])).toEqual([
      {
        contender: vault,
        kind: 'retrieval',
        round: 1,
        count: 2,
        seconds: 3,
        cpuSeconds: 0.75,
        latencies: [11, 22],
      },
    ]);
  });
});

describe('goals', () => {
  test('are ratios to what is bare, and to few records', () => {
    const large = nameOf('sqlite', 'software', 2000);
    const samples = [
      sample(OPAQUE_KE, 'step', { count: 200 }),
      sample(vault, 'retrieval', { count: 150 }),
      sample(vault, 'alone', { latencies: [10] }),
      sample(large, 'alone', { latencies: [12] }),
      sample(vault, 'cold', { latencies: [10] }),
      sample(large, 'cold', { latencies: [14] }),
      sample(transactionsName(1000), 'transaction', { count: 1000 }),
      sample(nameOf('etcd', 'software', 1000), 'retrieval', { count: 250 }),
    ];
    const found = goalsOf(samples, { sqlite: [1000, 2000], etcd: [1000] });
    expect(found.map(({ ratio, isMet }) => [ratio, isMet])).toEqual([
      [0.75, false],
      [0.5, true],
      [1.2, true],
      [1.4, false],
    ]);
  });

  test('that were not measured are left out', () => {
    expect(goalsOf([sample(OPAQUE_KE, 'step')], { sqlite: [1000], etcd: [1000] })).toEqual([]);
  });
});

describe('a profile', () => {
  test('counts each look for the first part that it was under, and idle time for nothing', () => {
    const nodes = [
      node(1, '(root)', [2, 6]),
      node(2, 'apply', [3, 5]),
      node(3, 'blindEvaluate', [4]),
      node(4, 'multiply'),
      node(5, 'multiply'),
      node(6, '(idle)'),
    ];
    const shares = sharesOf([{ nodes, samples: [4, 5, 2, 6, 1], timeDeltas: [40, 30, 20, 1000, 10] }]);
    const found = new Map(shares.map(({ title, share }) => [title, share]));
    expect(found.get('OPRF: one multiplication')).toBeCloseTo(0.4);
    expect(found.get('3DH: three multiplications')).toBeCloseTo(0.3);
    expect(found.get('rules, ticket, protobuf')).toBeCloseTo(0.2);
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });
});

describe('the command line', () => {
  test('takes lists, and what is usual when nothing is said', () => {
    expect(parseVaultOptions([])).toMatchObject({
      stores: ['sqlite', 'etcd'],
      hsms: ['software', 'softhsm'],
      rounds: 3,
      seconds: 2,
      records: { sqlite: [1000, 1_000_000], etcd: [1000] },
    });
    expect(parseVaultOptions(['--records', '600000,500000,600000']).records).toEqual({
      sqlite: [500_000, 600_000],
      etcd: [500_000],
    });
    expect(parseVaultOptions(['--full']).records).toEqual({
      sqlite: [1000, 10_000_000],
      etcd: [1000, 500_000],
    });
  });

  test.each([
    ['--records', '10000001'],
    ['--records', '0'],
    ['--store', 'redis'],
    ['--hsm', ''],
    ['--seconds', 'x'],
  ])('refuses %s %s', (...args) => {
    expect(() => parseVaultOptions(args)).toThrow(expect.objectContaining({ code: 'wrong-usage' }));
  });
});

describe('a tiny run', () => {
  let work: string;
  beforeAll(async () => {
    await ready();
    work = await mkdtemp(join(tmpdir(), 'bench-vault-'));
  });
  afterAll(() => rm(work, { recursive: true, force: true }));

  test(
    'on SQLite measures every kind, says where time goes, and leaves nothing behind',
    { timeout: 240_000 },
    async () => {
      const records = { sqlite: [20, 30], etcd: [] };
      const workbench = await Workbench.open({
        stores: ['sqlite'],
        hsms: ['software'],
        records,
        work,
        keep: false,
        effort,
        say: () => {},
      });
      const samples = await play(workbench);
      const profiles = JSON.parse(await (workbench.contenders[1] as Contender).profile!()) as [];
      await workbench.close();
      const kinds = (name: string) =>
        [
          ...new Set(samples.filter(({ contender }) => contender === name).map(({ kind }) => kind)),
        ].toSorted();
      const all = ['alone', 'cold', 'describe', 'registration', 'retrieval'];
      expect(kinds(nameOf('sqlite', 'software', 20))).toEqual(all);
      expect(kinds(nameOf('sqlite', 'software', 30))).toEqual(all);
      expect(kinds(nodeName(20))).toEqual(all.filter((kind) => kind !== 'cold'));
      expect(kinds(OPAQUE_KE)).toEqual(['step']);
      expect(
        samples.every(
          ({ count, seconds, cpuSeconds, latencies }) =>
            count > 0 &&
            seconds > 0 &&
            cpuSeconds > 0 &&
            latencies.length === count &&
            latencies.every((one) => one > 0),
        ),
      ).toBe(true);
      expect(sharesOf(profiles).find(({ title }) => title.startsWith('3DH'))!.share).toBeGreaterThan(0);
      const text = markdownOf(samples);
      expect(text).toContain('| retrievals a second and core on SQLite, by login steps of opaque-ke |');
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
      expect(await readdir(work)).toEqual([]);
    },
  );

  test('on etcd measures the vault beside bare transactions', { timeout: 240_000 }, async () => {
    const workbench = await Workbench.open({
      stores: ['etcd'],
      hsms: ['software'],
      records: { sqlite: [], etcd: [20] },
      work,
      keep: false,
      effort,
      say: () => {},
    });
    const samples = await play(workbench);
    await workbench.close();
    expect(goalsOf(samples, { sqlite: [], etcd: [20] })).toHaveLength(1);
    expect(markdownOf(samples)).not.toMatch(/NaN|Infinity|undefined/);
    expect(await readdir(work)).toEqual([]);
  });
});
