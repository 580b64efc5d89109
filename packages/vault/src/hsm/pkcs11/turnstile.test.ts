import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

/** Work that is under way until it is let go. */
function work(
  log: string[],
  name: string,
): { doing: () => Promise<string>; end: () => void; fail: () => void } {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const doing = (): Promise<string> => {
    log.push(`${name} in`);
    return promise.finally(() => log.push(`${name} out`));
  };
  return { doing, end: () => resolve(name), fail: () => reject(new Error(name)) };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a turnstile', () => {
  it('lets so many in at once, in the order in which they came', async () => {
    const log: string[] = [];
    const turnstile = new Turnstile(2);
    const works = ['a', 'b', 'c', 'd'].map((name) => work(log, name));
    const done = works.map(({ doing }) => turnstile.among(doing));
    await settle();
    expect(log).toEqual(['a in', 'b in']);
    works[1]!.end();
    await settle();
    expect(log).toEqual(['a in', 'b in', 'b out', 'c in']);
    for (const { end } of works) end();
    expect(await Promise.all(done)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets one be alone: after all before it, before all behind it', async () => {
    const log: string[] = [];
    const turnstile = new Turnstile(3);
    const [before, alone, behind] = ['before', 'alone', 'behind'].map((name) => work(log, name));
    const done = [
      turnstile.among(before!.doing),
      turnstile.alone(alone!.doing),
      turnstile.among(behind!.doing),
    ];
    await settle();
    expect(log).toEqual(['before in']);
    before!.end();
    await settle();
    expect(log).toEqual(['before in', 'before out', 'alone in']);
    alone!.end();
    behind!.end();
    await Promise.all(done);
    expect(log.slice(3)).toEqual(['alone out', 'behind in', 'behind out']);
  });

  it('lets the next one in when something fails, and passes on why', async () => {
    const turnstile = new Turnstile(1);
    const failing = turnstile.among(() => Promise.reject(new Error('why')));
    const next = turnstile.alone(async () => 'next');
    await expect(failing).rejects.toThrow('why');
    expect(await next).toBe('next');
  });
});
