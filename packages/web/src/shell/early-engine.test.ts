import { describe, expect, test } from 'vitest';
import { fakeEngine } from '../../test/fake-engine.ts';
import { earlyEngine } from './early-engine.ts';
import { nothingYet } from './engine.ts';
import type { EngineConnection } from './session.ts';

describe('an engine that has not started', () => {
  test('answers as soon as it can, and is ready when its state is known', async () => {
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    const late = { ...fakeEngine(), ready };
    const early = earlyEngine(Promise.resolve(late));
    expect(await early.engine.chats()).toBeDefined();
    const order: string[] = [];
    const known = early.ready.then(() => order.push('ready'));
    order.push('known');
    resolve();
    await known;
    expect(order).toEqual(['known', 'ready']);
  });

  test('keeps what is asked until it has, and answers then', async () => {
    const { promise, resolve } = Promise.withResolvers<EngineConnection>();
    const early = earlyEngine(promise);
    const answer = early.engine.judgePassword('short');
    expect(early.state.get()).toBe(nothingYet);
    const late = fakeEngine();
    resolve(late);
    expect(await answer).toMatchObject({ ok: false });
    expect(late.calls).toEqual([['judgePassword', 'short']]);
  });

  test('shows what it knows from then on', async () => {
    const late = fakeEngine({ online: false });
    const early = earlyEngine(Promise.resolve(late));
    await early.engine.chats();
    expect(early.state.get()).toBe(late.state.get());
    const told: boolean[] = [];
    early.state.subscribe(() => told.push(early.state.get().online));
    late.state.set({ ...late.state.get(), online: true });
    expect(told).toEqual([true]);
  });

  test('fails as its start does, whatever is asked, and is never known', async () => {
    const early = earlyEngine(Promise.reject(new Error('no room')));
    await expect(early.engine.chats()).rejects.toThrow('no room');
    await expect(early.close()).rejects.toThrow('no room');
    await expect(early.ready).rejects.toThrow('no room');
    expect(early.state.get()).toBe(nothingYet);
  });
});
