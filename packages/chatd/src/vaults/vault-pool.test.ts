import { create } from '@bufbuild/protobuf';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import { ServeRequestSchema } from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeNode, type Behaviour } from './fake-node.fixture.ts';
import { defaultFigures } from './figures.ts';
import { ManualClock, settled } from './manual-clock.fixture.ts';
import type { NodeFailureReason } from './node-failure.ts';
import { VaultPool } from './vault-pool.ts';

let clock: ManualClock;
let near: FakeNode;
let middle: FakeNode;
let far: FakeNode;
let pool: VaultPool;
let failed: string[];
let random: () => number;
beforeEach(() => {
  clock = new ManualClock();
  failed = [];
  random = () => 0.5;
  [near, middle, far] = ['near', 'middle', 'far'].map((site) => new FakeNode(site, clock)) as [
    FakeNode,
    FakeNode,
    FakeNode,
  ];
  pool = poolOf(near, middle, far);
});
afterEach(() => pool.close());

function poolOf(...nodes: FakeNode[]): VaultPool {
  const observer = {
    onFailed: (site: string, reason: NodeFailureReason) => void failed.push(`${site}: ${reason}`),
  };
  return new VaultPool(nodes, { clock, observer, random: () => random() });
}

interface Served {
  /** The site that answered, or the code of the error. */
  readonly by: string;
  /** Milliseconds. */
  readonly after: number;
}

async function serve(): Promise<Served> {
  const began = clock.now();
  const by = await pool.serve(create(ServeRequestSchema)).then(
    ({ sealedAnswer }) => new TextDecoder().decode(sealedAnswer),
    (error: unknown) => (isStrongroomError(error) ? error.code : Promise.reject(error as Error)),
  );
  return { by, after: clock.now() - began };
}

async function serveIn(milliseconds: number): Promise<Served> {
  const served = serve();
  await clock.advance(milliseconds);
  return served;
}

const unavailable: Behaviour = { fails: 'unavailable' };
const statesOf = () => pool.states().map(({ state }) => state);
const all = () => [near, middle, far];

describe('a pool of vault nodes', () => {
  it('asks the nearest one, and no other', async () => {
    expect(await serve()).toEqual({ by: 'near', after: 0 });
    expect([middle.asked, far.asked]).toEqual([[], []]);
  });

  it.each<NodeFailureReason>(['unreachable', 'unavailable', 'disconnected', 'refused', 'garbage'])(
    'asks the next one at once when a node is %s, and does not ask that one again meanwhile',
    async (reason) => {
      near.behaviour = { fails: reason };
      expect(await serve()).toEqual({ by: 'middle', after: 0 });
      expect(await serve()).toEqual({ by: 'middle', after: 0 });
      expect(near.asked).toHaveLength(1);
      expect(failed).toEqual([`near: ${reason}`]);
    },
  );

  it.each<[Behaviour, number]>([
    ['paused', defaultFigures.attempt],
    ['black hole', defaultFigures.connect],
    [{ takes: 60_000 }, defaultFigures.attempt],
  ])('waits no longer for one that is %o than two seconds allow, once', async (behaviour, time) => {
    near.behaviour = behaviour;
    const first = await serveIn(2000);
    expect(first).toEqual({ by: 'middle', after: time });
    expect(await serve()).toEqual({ by: 'middle', after: 0 });
    expect(near.asked).toHaveLength(1);
  });

  it('lets requests that come together wait for a hanging node together', async () => {
    near.behaviour = 'paused';
    const together = [serve(), serve(), serve()];
    await clock.advance(2000);
    for (const served of await Promise.all(together))
      expect(served).toEqual({ by: 'middle', after: defaultFigures.attempt });
    near.behaviour = 'well';
    pool.start();
    // However many failed: it was one failure.
    await clock.advance(defaultFigures.aside);
    expect((await serve()).by).toBe('near');
  });

  it('sits an election behind the nodes out: every node stalls alike', async () => {
    for (const node of all()) node.behaviour = { takes: 1100 };
    expect(await serveIn(2000)).toEqual({ by: 'near', after: 1100 });
    expect([failed, middle.asked]).toEqual([[], []]);
  });

  it('goes from node to node while time is left, and gives the last one all of it', async () => {
    near.behaviour = 'paused';
    middle.behaviour = { fails: 'unavailable' };
    far.behaviour = { takes: 3000 };
    expect(await serveIn(5000)).toEqual({ by: 'far', after: 4500 });
  });

  it('ends after five seconds whatever happens', async () => {
    for (const node of all()) node.behaviour = 'paused';
    expect(await serveIn(6000)).toEqual({ by: 'unavailable', after: defaultFigures.deadline });
  });

  it('asks once more when every node said that it cannot, as long as they are there', async () => {
    for (const node of all()) node.behaviour = unavailable;
    const served = serve();
    await clock.advance(900);
    middle.behaviour = 'well';
    await clock.advance(defaultFigures.betweenRounds);
    expect(await served).toEqual({ by: 'middle', after: 1000 });
  });

  it('says `unavailable` with how many answered when none did', async () => {
    for (const node of all()) node.behaviour = unavailable;
    const served = pool.serve(create(ServeRequestSchema)).catch((error: unknown) => error);
    await clock.advance(6000);
    expect(await served).toMatchObject({ code: 'unavailable', details: { answered: 0, needed: 1 } });
    expect(clock.now()).toBeLessThanOrEqual(6000);
  });
});

describe('when every node is down', () => {
  it('is said at once, without asking', async () => {
    for (const node of all()) node.behaviour = 'black hole';
    pool.start();
    await clock.advance(3000);
    expect(statesOf()).toEqual(['down', 'down', 'down']);
    expect(await serve()).toEqual({ by: 'unavailable', after: 0 });
    expect(near.asked).toEqual([]);
  });

  it('is known from refused connections alone', async () => {
    for (const node of all()) node.behaviour = { fails: 'unreachable' };
    expect(await serve()).toEqual({ by: 'unavailable', after: 0 });
    expect(all().map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
    expect(await serve()).toEqual({ by: 'unavailable', after: 0 });
    expect(all().map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
  });

  it('ends with the first node that comes back', async () => {
    for (const node of all()) node.behaviour = { fails: 'unreachable' };
    pool.start();
    await clock.advance(20_000);
    far.behaviour = 'well';
    await clock.advance(defaultFigures.probeDownEvery * 1.2);
    expect(await serve()).toEqual({ by: 'far', after: 0 });
  });
});

describe('what every node would refuse', () => {
  it.each([
    new StrongroomError('malformed', { what: 'a request' }),
    new StrongroomError('too-many-requests', { until: 5 }),
  ])('is passed on, asked of one node, and held against none: $code', async (refusal) => {
    near.behaviour = { refuses: refusal };
    await expect(pool.serve(create(ServeRequestSchema))).rejects.toBe(refusal);
    expect(middle.asked).toEqual([]);
    expect(statesOf()).toEqual(['well', 'well', 'well']);
  });

  it('is told apart from what one node alone refuses: one with a wrong clock, say', async () => {
    const refusal = new StrongroomError('not-authorised', { why: 'the account token is not of this minute' });
    near.behaviour = { says: refusal };
    expect((await serve()).by).toBe('middle');
    for (const node of all()) node.behaviour = { says: refusal };
    expect((await serveIn(6000)).by).toBe('not-authorised');
  });
});

describe('probes', () => {
  it('find a node that hangs before a request does', async () => {
    pool.start();
    await clock.advance(100);
    near.behaviour = 'paused';
    await clock.advance(defaultFigures.probeEvery + defaultFigures.probeTimeout);
    expect(statesOf()).toEqual(['doubtful', 'well', 'well']);
    await clock.advance(defaultFigures.probeEvery + defaultFigures.probeTimeout);
    expect(statesOf()).toEqual(['down', 'well', 'well']);
    expect(await serve()).toEqual({ by: 'middle', after: 0 });
    expect(failed).toEqual([]);
  });

  it('free requests that hang at the only node that was there', async () => {
    middle.behaviour = far.behaviour = { fails: 'unreachable' };
    pool.start();
    await clock.advance(100);
    near.behaviour = 'paused';
    const { by, after } = await serveIn(5000);
    expect(by).toBe('unavailable');
    expect(after).toBeLessThanOrEqual(2 * (defaultFigures.probeEvery + defaultFigures.probeTimeout));
  });

  it('that are late once, at every node, because the machine is busy, do not have requests refused', async () => {
    pool.start();
    await clock.advance(100);
    for (const node of all()) node.behaviour = { takes: defaultFigures.probeTimeout + 100 };
    await clock.advance(defaultFigures.probeEvery + defaultFigures.probeTimeout);
    expect(statesOf()).toEqual(['doubtful', 'doubtful', 'doubtful']);
    expect((await serveIn(2000)).by).toBe('near');
  });

  it('have a node used again that has come back', async () => {
    pool.start();
    near.behaviour = { fails: 'unreachable' };
    expect((await serve()).by).toBe('middle');
    await clock.advance(10_000);
    expect((await serve()).by).toBe('middle');
    near.behaviour = 'well';
    await clock.advance(defaultFigures.probeDownEvery * 1.2);
    expect((await serve()).by).toBe('near');
  });

  it('have one asked last that is there and says that it is not ready', async () => {
    near.probes = 'not ready';
    pool.start();
    await clock.advance(1000);
    expect((await serve()).by).toBe('middle');
    middle.behaviour = far.behaviour = { fails: 'unreachable' };
    expect((await serve()).by).toBe('near');
  });

  it('do not bring one back at once that answers them and fails requests: it stays aside longer each time', async () => {
    near.probes = 'ready';
    near.behaviour = { fails: 'garbage' };
    pool.start();
    const between = [];
    for (let i = 0; i < 600; i++) {
      expect((await serve()).by).toBe('middle');
      await clock.advance(100);
    }
    for (const [i, time] of near.asked.slice(1).entries()) between.push(time - near.asked[i]!);
    expect(between.slice(0, 5)).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(between.slice(5)).toEqual(between.slice(5).map(() => defaultFigures.asideAtMost));
  });

  it('are jittered, and rarer while a node is down', async () => {
    const numbers = [0, 1, 0.25, 0.75];
    random = () => numbers.shift() ?? 0.5;
    pool = poolOf(near);
    pool.start();
    await clock.advance(2500);
    expect(near.probed.slice(0, 5).map(Math.round)).toEqual([0, 400, 1000, 1450, 2000]);
    near.behaviour = { fails: 'unreachable' };
    near.probed.length = 0;
    await clock.advance(20_000);
    const last = near.probed.slice(-2);
    expect(Math.round(last[1]! - last[0]!)).toBe(defaultFigures.probeDownEvery);
  });

  it('are sent at once to a node that failed', async () => {
    pool.start();
    await clock.advance(100);
    near.behaviour = { fails: 'disconnected' };
    await serve();
    await settled();
    expect(near.probed).toEqual([0, 100]);
    expect(statesOf()[0]).toBe('down');
  });

  it('end when the pool is closed, as do the connections', async () => {
    pool.start();
    await clock.advance(1000);
    pool.close();
    const before = near.probed.length;
    await clock.advance(10_000);
    expect(near.probed).toHaveLength(before);
    expect(all().map(({ closed }) => closed)).toEqual([true, true, true]);
  });
});
