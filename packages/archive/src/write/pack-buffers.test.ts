import type { Bytes } from '@strongroom/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { packSize } from '../pack/layout.ts';
import { PackBuffers } from './pack-buffers.ts';

// Milliseconds that a pack takes to be filled.
const filling = 5000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Fills so many packs, each of which is on its way for some milliseconds. @returns the buffers they were built in */
async function fill(buffers: PackBuffers, packs: number, sending: number): Promise<Set<Bytes>> {
  const used = new Set<Bytes>();
  for (let pack = 0; pack < packs; pack++) {
    const buffer = await inTime(buffers.take());
    used.add(buffer);
    await vi.advanceTimersByTimeAsync(filling);
    setTimeout(() => buffers.giveBack(buffer), sending);
  }
  return used;
}

/** What is waited for, while time goes by. */
async function inTime<T>(promise: Promise<T>): Promise<T> {
  for (;;) {
    const ended = await Promise.race([promise, Promise.resolve('not yet' as const)]);
    if (ended !== 'not yet') return ended;
    await vi.advanceTimersByTimeAsync(10);
  }
}

describe('buffers for packs', () => {
  test('are two, when packs are sent much faster than they are filled', async () => {
    const used = await fill(new PackBuffers(), 20, filling / 100);
    expect(used.size).toBe(2);
    for (const buffer of used) expect(buffer.length).toBe(packSize);
  });

  test('are three, when two would have to be waited for', async () => {
    expect((await fill(new PackBuffers(), 20, filling * 1.5)).size).toBe(3);
  });

  test('are never more: whoever wants a fourth waits until one is given back', async () => {
    const buffers = new PackBuffers();
    const [one] = await Promise.all([buffers.take(), buffers.take()]);
    const third = buffers.take();
    await vi.advanceTimersByTimeAsync(1);
    expect(await third).toHaveLength(packSize);
    const fourth = buffers.take();
    await vi.advanceTimersByTimeAsync(3_600_000);
    const waits = await Promise.race([fourth.then(() => false), Promise.resolve(true)]);
    expect(waits).toBe(true);
    buffers.giveBack(one);
    expect(await fourth).toBe(one);
  });

  test('are given to those who wait in the order in which they came', async () => {
    const buffers = new PackBuffers();
    const [one, two] = await Promise.all([buffers.take(), buffers.take()]);
    const third = buffers.take();
    await vi.advanceTimersByTimeAsync(1);
    await third;
    const [first, second] = [buffers.take(), buffers.take()];
    buffers.giveBack(two);
    buffers.giveBack(one);
    expect(await first).toBe(two);
    expect(await second).toBe(one);
  });
});
