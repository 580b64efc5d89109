import { describe, expect, it } from 'vitest';
import { NodeHealth, type ProbeResult } from './node-health.ts';

const figures = { aside: 500, asideAtMost: 4000 };
const failure = (reason: 'timeout' | 'unreachable' = 'timeout', retryAfter = 0) => ({ reason, retryAfter });

describe('the health of a node', () => {
  it('is good until something speaks against it', () => {
    expect(new NodeHealth(figures).state(0)).toBe('well');
  });

  it('is doubtful after a failure, until its time is over and a probe has found it', () => {
    const health = new NodeHealth(figures);
    health.failed(failure(), 1000);
    expect(health.state(1000)).toBe('doubtful');
    expect(health.state(100_000)).toBe('doubtful');
    health.probed('ready');
    expect(health.state(1499)).toBe('doubtful');
    expect(health.state(1500)).toBe('well');
  });

  it('is good again when it serves a request', () => {
    const health = new NodeHealth(figures);
    health.failed(failure('unreachable'), 1000);
    expect(health.state(1000)).toBe('down');
    health.served();
    expect(health.state(1000)).toBe('well');
  });

  it('is doubtful after a late probe, and bad after a failed one, until a good one', () => {
    const health = new NodeHealth(figures);
    const after = (result: ProbeResult): string => {
      health.probed(result);
      return health.state(0);
    };
    const results: ProbeResult[] = ['late', 'failed', 'late', 'ready', 'not ready', 'ready'];
    expect(results.map(after)).toEqual(['doubtful', 'down', 'down', 'well', 'doubtful', 'well']);
  });

  it('is doubted as long as the node asks for, within bounds', () => {
    const health = new NodeHealth(figures);
    health.failed(failure('timeout', 2000), 0);
    health.probed('ready');
    expect([health.state(1999), health.state(2000)]).toEqual(['doubtful', 'well']);
    health.failed(failure('timeout', 3_600_000), 2000);
    health.probed('ready');
    expect([health.state(5999), health.state(6000)]).toEqual(['doubtful', 'well']);
  });

  it('is doubted twice as long each time, but not for what fails at the same time', () => {
    const health = new NodeHealth(figures);
    const lengths = Array.from({ length: 5 }, (_, i) => {
      const now = 100_000 * i;
      health.failed(failure(), now);
      health.failed(failure(), now + 1);
      health.probed('ready');
      return Array.from({ length: 50 }, (_, j) => 100 * j).find(
        (after) => health.state(now + after) === 'well',
      );
    });
    expect(lengths).toEqual([500, 1000, 2000, 4000, 4000]);
  });
});
