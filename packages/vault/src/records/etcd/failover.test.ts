import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AskedEndpoint, EtcdRequest, EtcdResponse } from './endpoint.ts';
import { Failover } from './failover.ts';
import { failureOf, type EtcdFailure } from './failure.ts';
import { Health } from './health.ts';

const probe: EtcdRequest<EtcdResponse> = async () => ({});
const request: EtcdRequest<EtcdResponse> = async () => ({});

/** A member that answers, refuses or is silent. */
class FakeEndpoint implements AskedEndpoint {
  readonly url: string;
  /** `well`, `silent`, or what it answers. */
  state = 'well';
  /** When it was asked, and for how long, milliseconds. */
  readonly asked: { at: number; timeout: number; probe: boolean }[] = [];
  resets = 0;

  constructor(url: string) {
    this.url = url;
  }

  async ask<R extends EtcdResponse>(what: EtcdRequest<R>, timeout: number): Promise<R> {
    this.asked.push({ at: performance.now(), timeout, probe: (what as unknown) === probe });
    if (this.state === 'well') return {} as R;
    if (this.state !== 'silent') throw failureOf(this.url, new ConnectError(this.state, Code.Unavailable));
    await new Promise((resolve) => setTimeout(resolve, timeout));
    throw failureOf(this.url, new ConnectError('too late', Code.DeadlineExceeded));
  }

  reset(): void {
    this.resets += 1;
  }

  get requests(): number {
    return this.asked.filter((each) => !each.probe).length;
  }
}

const deadline = 2000;
let endpoints: readonly [FakeEndpoint, FakeEndpoint, FakeEndpoint];
let health: Health;
let failover: Failover;
let failures: string[];
beforeEach(() => {
  vi.useFakeTimers();
  endpoints = [new FakeEndpoint('one'), new FakeEndpoint('two'), new FakeEndpoint('three')];
  health = new Health({ probe, timeout: 1000, every: 500 });
  failover = new Failover(endpoints, health);
  failures = [];
});
afterEach(() => {
  health.close();
  vi.useRealTimers();
});

const onFailure = ({ code }: EtcdFailure, { url }: AskedEndpoint): unknown =>
  failures.push(`${url}: ${code}`);

/** Asks, and says how long it took. */
async function ask(): Promise<number | EtcdFailure> {
  const started = performance.now();
  const asking = failover.ask(request, { deadline, onFailure }).then(
    () => performance.now() - started,
    (error: unknown) => {
      expect(performance.now() - started).toBeLessThanOrEqual(deadline);
      return error as EtcdFailure;
    },
  );
  await vi.advanceTimersByTimeAsync(deadline);
  return asking;
}

describe('a request', () => {
  it('goes to the first endpoint alone as long as that is well', async () => {
    for (let i = 0; i < 5; i++) expect(await ask()).toBe(0);
    expect(endpoints.map(({ requests }) => requests)).toEqual([5, 0, 0]);
  });

  it('goes to the next at once when one refuses, and leaves the refuser alone', async () => {
    endpoints[0].state = 'etcdserver: no leader';
    expect(await ask()).toBe(0);
    expect(await ask()).toBe(0);
    expect(endpoints.map(({ requests }) => requests)).toEqual([1, 2, 0]);
    expect(failures).toEqual(['one: no-leader']);
  });

  it('waits a third of its time for a silent one', async () => {
    endpoints[0].state = 'silent';
    expect(await ask()).toBeCloseTo(deadline / 3, -1);
    expect(await ask()).toBe(0);
  });

  it('finds the one that is well behind two that are silent, in time', async () => {
    endpoints[0].state = endpoints[1].state = 'silent';
    expect(await ask()).toBeLessThan(deadline * 0.6);
  });

  it('tries round after round while there is an election, and is served when it is over', async () => {
    for (const endpoint of endpoints) endpoint.state = 'raft proposal dropped';
    setTimeout(() => (endpoints[2].state = 'well'), 1100);
    const took = await ask();
    expect(took).toBeGreaterThanOrEqual(1100);
    expect(took).toBeLessThanOrEqual(1150);
    // A pause between rounds: an election is not helped by a storm.
    expect(failures.length).toBeLessThan(80);
  });

  it('fails in time with the last failure when none is well', async () => {
    for (const endpoint of endpoints) endpoint.state = 'silent';
    expect(await ask()).toMatchObject({ code: 'timeout' });
    for (const endpoint of endpoints) endpoint.state = 'etcdserver: no leader';
    expect(await ask()).toMatchObject({ code: 'no-leader' });
  });

  it('is not tried elsewhere when all would say the same', async () => {
    endpoints[0].state = 'etcdserver: permission denied';
    expect(await ask()).toMatchObject({ code: 'not-permitted' });
    expect(endpoints.map(({ requests }) => requests)).toEqual([1, 0, 0]);
    expect(health.isWell(endpoints[0])).toBe(true);
  });

  it('is not asked again after an error of our own', async () => {
    const bug = new TypeError('a bug');
    endpoints[0].ask = () => Promise.reject(bug);
    await expect(failover.ask(request, { deadline, onFailure })).rejects.toBe(bug);
  });
});

describe('an endpoint that failed', () => {
  it('is probed until it is well, and is then the first choice again', async () => {
    endpoints[0].state = 'etcdserver: no leader';
    await ask();
    await vi.advanceTimersByTimeAsync(3000);
    expect(health.isWell(endpoints[0])).toBe(false);
    const probes = endpoints[0].asked.filter((asked) => asked.probe).length;
    expect(probes).toBeGreaterThan(5);
    endpoints[0].state = 'well';
    await vi.advanceTimersByTimeAsync(500);
    expect(health.isWell(endpoints[0])).toBe(true);
    await ask();
    expect(endpoints.map(({ requests }) => requests)).toEqual([2, 1, 0]);
  });

  it('is probed by one alone, also when it fails, recovers and fails again', async () => {
    for (let i = 0; i < 10; i++) {
      health.fails(endpoints[0]);
      health.serves(endpoints[0]);
    }
    endpoints[0].state = 'etcdserver: no leader';
    health.fails(endpoints[0]);
    await vi.advanceTimersByTimeAsync(1100);
    expect(endpoints[0].asked).toHaveLength(2);
  });

  it('gets a new connection when it was silent, and none when it spoke', async () => {
    endpoints[0].state = 'silent';
    endpoints[1].state = 'etcdserver: no leader';
    for (const endpoint of endpoints) health.fails(endpoint);
    await vi.advanceTimersByTimeAsync(1600);
    expect(endpoints.map(({ resets }) => resets)).toEqual([1, 0, 0]);
  });

  it('is not probed any more after closing', async () => {
    endpoints[0].state = 'etcdserver: no leader';
    health.fails(endpoints[0]);
    health.close();
    await vi.advanceTimersByTimeAsync(5000);
    expect(endpoints[0].asked).toEqual([]);
  });
});
