import { isStrongroomError } from '@strongroom/core';
import { describe, expect, it } from 'vitest';
import { defaultLimits, Limits, type LimitFigures } from './limits.ts';

const limitsOf = (figures: Partial<LimitFigures>): Limits => new Limits({ ...defaultLimits, ...figures });
const device = new Uint8Array(16);

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'ok';
  } catch (error) {
    if (isStrongroomError(error)) return error.code;
    throw error;
  }
}

describe('the limits of a front door', () => {
  it('let so many requests in at once, and the next when one has ended', () => {
    const limits = limitsOf({ concurrency: 2 });
    const leave = limits.enter('a', 0);
    limits.enter('b', 0);
    expect(codeOf(() => limits.enter('c', 0))).toBe('unavailable');
    expect(limits.underWay).toBe(2);
    leave();
    expect(codeOf(() => limits.enter('c', 0))).toBe('ok');
  });

  it('are of each address, by the second', () => {
    const limits = limitsOf({ perAddressPerSecond: 1 });
    const enter = (address: string, now: number) => codeOf(() => limits.enter(address, now)());
    expect([0, 0, 0, 0, 0].map((now) => enter('a', now))).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
      'too-many-requests',
    ]);
    expect([enter('b', 0), enter('a', 1000), enter('a', 1000)]).toEqual(['ok', 'ok', 'too-many-requests']);
    expect(limits.underWay).toBe(0);
  });

  it('are of each device', () => {
    const limits = limitsOf({ perDevicePerMinute: 1 });
    expect(codeOf(() => limits.sealedRequest(device, 0))).toBe('ok');
    expect(codeOf(() => limits.sealedRequest(device, 59_999))).toBe('too-many-requests');
    expect(codeOf(() => limits.sealedRequest(new Uint8Array([1]), 0))).toBe('ok');
    expect(codeOf(() => limits.sealedRequest(device, 60_000))).toBe('ok');
  });

  it('are of codes sent and of codes tried by an address, each by itself', () => {
    const limits = limitsOf({ codesPerAddressPerHour: 1, codeTriesPerAddressPerHour: 1 });
    expect(codeOf(() => limits.code('a', 0))).toBe('ok');
    expect(codeOf(() => limits.codeTry('a', 0))).toBe('ok');
    expect(codeOf(() => limits.code('a', 3_599_999))).toBe('too-many-requests');
    expect(codeOf(() => limits.codeTry('a', 3_599_999))).toBe('too-many-requests');
    expect(codeOf(() => limits.code('a', 3_600_000))).toBe('ok');
  });
});
