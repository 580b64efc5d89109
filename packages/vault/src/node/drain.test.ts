import { Code } from '@connectrpc/connect';
import { toHex } from '@strongroom/core';
import { notApplied } from '@strongroom/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newDevice, type Dealt, type TestDevice } from '../testing/index.ts';
import { SteeredStore } from '../testing/steered-store.ts';
import { TestNode, type TestNodeOptions } from '../testing/test-node.ts';

// Of a machine that does many other things.
const patience = { timeout: 20_000 };

const store = new SteeredStore();
let node: TestNode;
let people: { device: TestDevice; dealt: Dealt }[];

async function start(options: TestNodeOptions = {}): Promise<void> {
  store.read = (run) => run();
  store.replace = (run) => run();
  node = await TestNode.start({ wrapStore: (inner) => store.over(inner), ...options });
  store.closed = 0;
  people = [];
  for (let i = 0; i < 4; i++) {
    const device = newDevice(node);
    people.push({ device, dealt: await device.register('mint garage 42') });
  }
}

/** Holds writes back until it is called. */
function holdWrites(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  store.replace = async (run) => {
    await promise;
    return run();
  };
  return resolve;
}

const beginAll = (answered: string[]): Promise<void>[] =>
  people.map(async ({ device, dealt }) => {
    const { vaultId } = device.vault(1);
    const reply = await device.send(1, device.newGuess('wrong', dealt).beginRequest(vaultId));
    answered.push(reply.case ?? 'nothing');
  });

const errorOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

afterEach(() => node.remove());

describe('a node that drains', () => {
  beforeEach(() => start());

  it('answers what is under way, each after its write, and refuses the rest as surely not applied', async () => {
    const release = holdWrites();
    const answered: string[] = [];
    const underWay = beginAll(answered);
    await expect.poll(() => node.metric('running_requests'), patience).toBe(people.length);
    let isDrained = false;
    const drained = node.node.drain().then(() => (isDrained = true));
    const refused = await errorOf(people[0]!.device.describe(1));
    expect(refused).toMatchObject({ code: Code.Unavailable });
    expect(notApplied(refused)).toBeDefined();
    expect(await node.admin('/readyz')).toEqual({ status: 503, body: 'draining\n' });
    expect((await node.admin('/healthz')).status).toBe(200);
    expect(await node.metric('draining')).toBe(1);
    expect([answered, isDrained]).toEqual([[], false]);
    release();
    await Promise.all([...underWay, drained]);
    expect(answered).toEqual(['begun', 'begun', 'begun', 'begun']);
    await node.stop();
    node = await node.beside();
    for (const { device, dealt } of people) {
      const later = newDevice(node, device.accountId);
      expect((await later.describe(1)).failuresSinceOpening).toBe(1);
      expect(await later.open('mint garage 42', dealt)).toBe(toHex(dealt.backupKey));
    }
  });

  it('stops by itself what nobody has drained, once', async () => {
    const answered: string[] = [];
    const release = holdWrites();
    const underWay = beginAll(answered);
    await expect.poll(() => node.metric('running_requests'), patience).toBe(people.length);
    const closed = Promise.all([node.node.close(), node.node.close()]);
    release();
    await Promise.all([...underWay, closed]);
    expect(answered).toHaveLength(people.length);
    expect(store.closed).toBe(1);
    expect(node.logged.filter((line) => line.includes('"stopped"'))).toHaveLength(1);
  });

  it('lets nobody in after it stopped', async () => {
    const { device } = people[0]!;
    await node.node.close();
    const error = await errorOf(device.describe(1));
    expect(error).toMatchObject({ code: Code.Unavailable });
  });
});

describe('a node whose store does not answer', () => {
  it('stops all the same when the time is over', async () => {
    await start({ config: { limits: { drainSeconds: 0.1, deadlineSeconds: 60 } } });
    const release = holdWrites();
    const underWay = Promise.allSettled(beginAll([]));
    await expect.poll(() => node.metric('running_requests'), patience).toBe(people.length);
    await node.node.close();
    const outcomes = await underWay;
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    expect(node.logged.join('')).toContain('stopping with requests under way');
    release();
  });
});
