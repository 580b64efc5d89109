import { describe, expect, test } from 'vitest';
import { Budget, Serial, forEachOf, mapInOrder } from './concurrency.ts';
import { all } from './testing/fixtures.ts';

const soon = (turns: number): Promise<void> =>
  turns === 0 ? Promise.resolve() : Promise.resolve().then(() => soon(turns - 1));

async function* numbers(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield i;
}

describe('mapInOrder', () => {
  test('keeps the order, with a few at a time', async () => {
    let now = 0;
    let most = 0;
    const work = async (n: number): Promise<number> => {
      most = Math.max(most, ++now);
      await soon(20 - n);
      now--;
      return n;
    };
    expect(await all(mapInOrder(numbers(20), 3, work))).toEqual([...Array(20).keys()]);
    expect(most).toBe(3);
  });

  test('ends everything begun before its error goes on', async () => {
    let running = 0;
    const work = async (n: number): Promise<number> => {
      running++;
      await soon(n === 2 ? 1 : 50);
      running--;
      if (n === 2) throw new Error('two');
      return n;
    };
    await expect(all(mapInOrder(numbers(10), 4, work))).rejects.toThrow('two');
    expect(running).toBe(0);
  });
});

describe('forEachOf', () => {
  test('does everything once, and stops after an error', async () => {
    const done: number[] = [];
    await forEachOf(numbers(50), 4, async (n) => void done.push(n));
    expect(done.toSorted((a, b) => a - b)).toEqual([...Array(50).keys()]);
    const begun: number[] = [];
    const failing = forEachOf(numbers(50), 4, async (n) => {
      begun.push(n);
      if (n === 5) throw new Error('five');
      await soon(3);
    });
    await expect(failing).rejects.toThrow('five');
    expect(begun.length).toBeLessThan(15);
  });
});

test('Serial runs one after the other, also after a failure', async () => {
  const serial = new Serial();
  const order: string[] = [];
  const first = serial.run(async () => {
    await soon(10);
    order.push('first');
    throw new Error('failed');
  });
  const second = serial.run(async () => void order.push('second'));
  await expect(first).rejects.toThrow('failed');
  await second;
  expect(order).toEqual(['first', 'second']);
});

test('a Budget is not exceeded, and what is too large runs alone', async () => {
  const budget = new Budget(10);
  let spent = 0;
  let most = 0;
  const task = (need: number) => async (): Promise<void> => {
    spent += need;
    most = Math.max(most, spent);
    await soon(5);
    spent -= need;
  };
  await Promise.all([4, 4, 4, 1, 9, 10].map((need) => budget.spend(need, task(need))));
  expect(most).toBeLessThanOrEqual(10);
  most = 0;
  await Promise.all([3, 99, 3].map((need) => budget.spend(need, task(need))));
  expect(most).toBe(99);
});
