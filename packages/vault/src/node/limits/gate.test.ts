import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';

const never = new AbortController().signal;
const reasonOf = (promise: Promise<void>): Promise<unknown> =>
  promise.then(
    () => 'inside',
    (error: { reason: string }) => error.reason,
  );

describe('the gate', () => {
  it('lets so many in, lets others wait in order, and refuses the rest', async () => {
    const gate = new Gate({ concurrency: 1, queue: 2 });
    const order: number[] = [];
    const enter = (number: number): Promise<unknown> => gate.enter(never).then(() => order.push(number));
    await enter(1);
    const waiting = [enter(2), enter(3)];
    expect(await reasonOf(gate.enter(never))).toBe('overloaded');
    expect([gate.inside, gate.waiting]).toEqual([1, 2]);
    gate.leave();
    await waiting[0];
    expect(order).toEqual([1, 2]);
    gate.leave();
    await waiting[1];
    gate.leave();
    expect([gate.inside, gate.waiting, order]).toEqual([0, 0, [1, 2, 3]]);
  });

  it('forgets who went away while waiting', async () => {
    const gate = new Gate({ concurrency: 1, queue: 1 });
    await gate.enter(never);
    const gone = new AbortController();
    const waiting = reasonOf(gate.enter(gone.signal));
    gone.abort();
    expect(await waiting).toBe('late');
    expect(gate.waiting).toBe(0);
    expect(await reasonOf(gate.enter(gone.signal))).toBe('late');
    gate.leave();
    expect(await reasonOf(gate.enter(never))).toBe('inside');
  });

  it('never lets more in than it may, nor loses a place, in any history', async () => {
    const history = fc.array(fc.constantFrom('enter', 'leave', 'abort'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.nat(3),
        history,
        async (concurrency, queue, steps) => {
          const gate = new Gate({ concurrency, queue });
          const waiting: AbortController[] = [];
          let inside = 0;
          for (const step of steps) {
            if (step === 'leave' && inside > 0) {
              inside -= 1;
              gate.leave();
            }
            if (step === 'abort') waiting.shift()?.abort();
            if (step === 'enter') {
              const controller = new AbortController();
              waiting.push(controller);
              void gate.enter(controller.signal).then(
                () => (inside += 1),
                () => undefined,
              );
            }
            await new Promise(setImmediate);
            expect(gate.inside).toBe(inside);
            expect(inside).toBeLessThanOrEqual(concurrency);
            expect(gate.waiting).toBeLessThanOrEqual(queue);
            expect(gate.waiting === 0 || inside === concurrency).toBe(true);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
