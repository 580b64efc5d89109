import { describe, expect, it } from 'vitest';
import { parseMetrics } from './prometheus.ts';
import { doorNames, quantile, trafficBetween, type Reading } from './traffic.ts';

function reading(at: number, ok: number, refused: number, unavailable: number): Reading {
  const all = ok + refused + unavailable;
  const text = [
    '# HELP strongroom_front_door_requests_total Requests that ended.',
    `strongroom_front_door_requests_total{method="Relay",outcome="ok"} ${ok}`,
    `strongroom_front_door_requests_total{method="Relay",outcome="must-wait"} ${refused}`,
    `strongroom_front_door_requests_total{method="Relay",outcome="unavailable"} ${unavailable}`,
    `strongroom_front_door_request_seconds_bucket{le="0.01",method="Relay"} ${all / 2}`,
    `strongroom_front_door_request_seconds_bucket{le="0.1",method="Relay"} ${all}`,
    `strongroom_front_door_request_seconds_bucket{le="+Inf",method="Relay"} ${all}`,
    'not a sample at all',
  ].join('\n');
  return { at, samples: parseMetrics(text) };
}

describe('traffic', () => {
  it('is what was counted between two readings of all processes', () => {
    const pairs = [
      [reading(0, 100, 0, 0), reading(5000, 110, 4, 2)],
      [reading(0, 0, 0, 0), reading(5000, 4, 0, 0)],
    ] as const;
    const traffic = trafficBetween(pairs, doorNames);
    expect(traffic).toMatchObject({ perSecond: 4, ok: 14, refused: 4, unavailable: 2 });
    expect(traffic.p50).toBeCloseTo(10);
    expect(traffic.p99).toBeCloseTo(98.2);
  });

  it('counts a process that was started anew from zero', () => {
    const traffic = trafficBetween([[reading(0, 100, 0, 0), reading(5000, 10, 0, 0)]], doorNames);
    expect(traffic).toMatchObject({ perSecond: 2, ok: 10 });
  });

  it('is nothing without requests, or without two readings', () => {
    const still = trafficBetween([[reading(0, 5, 0, 0), reading(5000, 5, 0, 0)]], doorNames);
    expect(still).toMatchObject({ perSecond: 0, p50: undefined, p99: undefined });
    expect(trafficBetween([], doorNames)).toMatchObject({ perSecond: 0, ok: 0 });
  });

  it('says of what is slower than the last bucket that it is at least as slow', () => {
    expect(
      quantile(
        new Map([
          [5, 0],
          [Infinity, 10],
        ]),
        0.5,
      ),
    ).toBe(5000);
  });
});

describe('metrics as text', () => {
  it('are read with their labels, quotes in them too', () => {
    const [sample] = parseMetrics('a_total{one="x",two="y \\" z"} 4.5e1');
    expect(sample).toMatchObject({ name: 'a_total', value: 45 });
    expect([...sample!.labels]).toEqual([
      ['one', 'x'],
      ['two', 'y \\" z'],
    ]);
  });
});
