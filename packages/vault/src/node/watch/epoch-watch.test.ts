import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { FleetProgress } from '../../epochs/progress.ts';
import { day, hour, newDevice } from '../../testing/index.ts';
import { TestNode } from '../../testing/test-node.ts';
import { epochWatch } from './epoch-watch.ts';
import { NodeMetrics } from './metrics.ts';

const patience = { timeout: 20_000 };

const nodeOf = (id: string, site: string): FleetProgress['nodes'][number] => ({
  id,
  site,
  code: '',
  isThis: id === 'aa',
  isTrusted: id !== 'cc',
  enteredAt: 0,
  sealsUnder: 1,
  waitsFor: [],
});
const progress: FleetProgress = {
  nodes: [nodeOf('aa', 'north'), nodeOf('bb', 'south'), nodeOf('cc', 'west')],
  removed: [],
  epochs: [
    { number: 1, state: 'destroyed', madeAt: 1000, since: 5000, age: 0, waitsFor: [] },
    { number: 2, state: 'empty', madeAt: 2000, since: 6000, age: 0, waitsFor: ['bb'] },
    { number: 3, state: 'retiring', madeAt: 3000, since: 8000, age: 0, waitsFor: ['bb', 'cc'] },
    { number: 4, state: 'retiring', madeAt: 3000, since: 9000, age: 0, waitsFor: ['cc'] },
    { number: 5, state: 'current', madeAt: 4000, since: 9000, age: 0, waitsFor: [] },
  ],
  resealing: { node: 'aa', retiring: [3, 4], seen: 400, of: 1000, found: 30, resealed: 25 },
  nextEpochAt: 99_000,
  hindrance: undefined,
  problems: [{ problem: 'key-refused', node: 'bb', why: 'it is not trusted' }],
};

/** A watch, what it logged, and what its metrics say. */
function watching() {
  const lines: string[] = [];
  const metrics = new NodeMetrics('north', []);
  const watch = epochWatch(metrics, pino({ base: null }, { write: (line: string) => void lines.push(line) }));
  const value = async (series: string): Promise<string | undefined> =>
    (await metrics.text())
      .split('\n')
      .find((line) => line.startsWith(`strongroom_vault_${series} `))
      ?.split(' ')[1];
  return { watch, lines, value };
}

describe('the fleet in the metrics', () => {
  it('is how many epochs wait, for whom, and how much is left to be sealed anew', async () => {
    const { watch, value } = watching();
    watch.onProgress?.(progress);
    const expected = {
      fleet_nodes: '3',
      fleet_untrusted_nodes: '1',
      epoch: '5',
      'epochs{state="retiring"}': '2',
      'epochs{state="making"}': '0',
      'epoch_since_seconds{state="retiring"}': '8',
      'epoch_waits_for{state="retiring",site="west"}': '2',
      'epoch_waits_for{state="retiring",site="south"}': '1',
      'epoch_waits_for{state="empty",site="south"}': '1',
      reseal_done: '25',
      reseal_left: '600',
      epoch_due_seconds: '99',
      'epoch_problems{problem="key-refused"}': '1',
      'epoch_problems{problem="another-key"}': '0',
    };
    const found = await Promise.all(
      Object.keys(expected).map(async (series) => [series, await value(series)] as const),
    );
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it('forgets what is over', async () => {
    const { watch, value } = watching();
    watch.onProgress?.(progress);
    watch.onProgress?.({
      ...progress,
      epochs: progress.epochs.slice(-1),
      resealing: undefined,
      problems: [],
    });
    expect(await value('epochs{state="retiring"}')).toBe('0');
    expect(await value('epoch_since_seconds{state="retiring"}')).toBeUndefined();
    expect(await value('epoch_waits_for{state="retiring",site="west"}')).toBeUndefined();
    expect(await value('reseal_left')).toBe('0');
    expect(await value('epoch_problems{problem="key-refused"}')).toBe('0');
  });

  it('never says that nothing is left while a pass is under way whose length nobody knows', async () => {
    const { watch, value } = watching();
    watch.onProgress?.({ ...progress, resealing: { ...progress.resealing!, seen: 10, of: 0 } });
    expect(await value('reseal_left')).toBe('1');
  });
});

describe('the fleet in the log', () => {
  it('is a line for each change, and names sites that are waited for', () => {
    const { watch, lines } = watching();
    watch.onProgress?.(progress);
    watch.onProgress?.({ ...progress, nextEpochAt: 1 });
    watch.onProgress?.({ ...progress, epochs: progress.epochs.slice(-1), resealing: undefined });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      {
        msg: 'fleet',
        nodes: ['north', 'south', 'west'],
        epochs: [
          { epoch: 2, state: 'empty', waitsFor: ['south'] },
          { epoch: 3, state: 'retiring', waitsFor: ['south', 'west'] },
          { epoch: 4, state: 'retiring', waitsFor: ['west'] },
          { epoch: 5, state: 'current' },
        ],
        resealing: { resealed: 25, seen: 400, of: 1000 },
      },
      { msg: 'fleet', epochs: [{ epoch: 5, state: 'current' }] },
    ]);
  });

  it('has steps and problems', async () => {
    const { watch, lines, value } = watching();
    watch.onStep?.('reseal');
    watch.onResealed?.(7);
    watch.onProblem?.({ problem: 'unopenable-values', why: 'they do not open' });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { step: 'reseal' },
      { level: 40, problem: 'unopenable-values', why: 'they do not open' },
    ]);
    expect(await value('resealed_total')).toBe('7');
    expect(await value('epoch_steps_total{step="reseal"}')).toBe('1');
    expect(await value('epoch_problems_total{problem="unopenable-values"}')).toBe('1');
  });
});

describe('a node', () => {
  let node: TestNode;
  afterEach(() => node.remove());

  it('shows its epochs change: a new key, everything sealed anew, the old key destroyed', async () => {
    node = await TestNode.start({ tendEvery: 10 });
    await newDevice(node).register('mint garage 42');
    await expect.poll(() => node.metric('epoch'), patience).toBe(1);
    expect(await node.metric('fleet_nodes')).toBe(1);
    node.clock.advance(30 * day);
    await expect.poll(() => node.metric('epoch'), patience).toBe(2);
    expect(await node.metric('epochs', { state: 'retiring' })).toBe(1);
    node.clock.advance(2 * hour);
    await expect.poll(() => node.metric('epochs', { state: 'empty' }), patience).toBe(1);
    node.clock.advance(2 * hour);
    await expect.poll(() => node.metric('epochs', { state: 'empty' }), patience).toBe(0);
    // The record, the vault's own keys, and the keys for Propose, which were made anew under the new epoch already.
    expect(await node.metric('resealed_total')).toBeGreaterThanOrEqual(2);
    expect(await node.metric('epoch_steps_total', { step: 'destroy-key' })).toBe(1);
    expect(node.logged.filter((line) => line.includes('"msg":"fleet"')).length).toBeGreaterThanOrEqual(4);
  });
});
