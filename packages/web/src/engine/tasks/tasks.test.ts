import { StrongroomError } from '@strongroom/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TaskView } from '../contract.ts';
import { backOff, isPassing } from './patience.ts';
import { Tasks, type TaskTools } from './tasks.ts';

const offline = (): StrongroomError => new StrongroomError('offline', { server: 'https://chats.example' });
const progress = {
  phase: 'backup',
  filesDone: 1,
  filesTotal: 2,
  bytesDone: 3,
  bytesTotal: 4,
  uploadedBytes: 5,
} as const;

// What a worker has and Node has not.
beforeAll(() => vi.stubGlobal('self', new EventTarget()));
afterAll(() => vi.unstubAllGlobals());

function started(): { tasks: Tasks; seen: (TaskView | undefined)[] } {
  const seen: (TaskView | undefined)[] = [];
  const tasks: Tasks = new Tasks(() => seen.push(tasks.view));
  return { tasks, seen };
}

function untilAborted({ signal }: TaskTools): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}

describe('a task', () => {
  test('shows how far it is, and that it is done', async () => {
    const { tasks, seen } = started();
    const answer = await tasks.run('backup', async ({ progress: tell, warn }) => {
      tell({ ...progress, secondsLeft: 9 });
      tell(progress);
      warn({ code: 'vanished', path: 'media/1/a.jpg' });
      return 7;
    });
    expect(answer).toBe(7);
    expect(seen.map((task) => task?.status)).toContain('running');
    expect(tasks.view).toMatchObject({ kind: 'backup', status: 'done', filesDone: 1, uploadedBytes: 5 });
    expect(tasks.view).not.toHaveProperty('secondsLeft');
    expect(tasks.view!.warnings).toEqual([{ code: 'vanished', path: 'media/1/a.jpg' }]);
    expect(tasks.isBusy).toBe(false);
  });

  test('has no other beside it', async () => {
    const { tasks } = started();
    const one = tasks.run('backup', untilAborted);
    one.catch(() => undefined);
    await expect(tasks.run('check', async () => 1)).rejects.toMatchObject({
      code: 'in-use',
      details: { path: 'backup' },
    });
    expect(() => tasks.dismiss()).toThrow('using');
    await tasks.cancel();
    await expect(tasks.run('check', async () => 1)).resolves.toBe(1);
  });

  test('is stopped, whatever it fails with then, has ended when that returns, and is resumed', async () => {
    const { tasks } = started();
    const again = vi.fn<() => Promise<void>>(async () => undefined);
    const one = tasks.run('import', untilAborted, again);
    one.catch(() => undefined);
    await tasks.cancel();
    expect(tasks.isBusy).toBe(false);
    await expect(one).rejects.toMatchObject({ code: 'cancelled' });
    expect(tasks.view).toMatchObject({ status: 'paused', problem: { code: 'cancelled' } });
    await tasks.resume();
    expect(again).toHaveBeenCalledOnce();
    tasks.dismiss();
    expect(tasks.view).toBeUndefined();
    await tasks.resume();
    expect(again).toHaveBeenCalledOnce();
  });

  test('waits for the network, and goes on when it is back', async () => {
    const { tasks, seen } = started();
    const work = vi.fn<() => Promise<string>>().mockRejectedValueOnce(offline()).mockResolvedValue('there');
    const one = tasks.run('backup', work);
    await vi.waitFor(() =>
      expect(tasks.view).toMatchObject({ status: 'paused', problem: { code: 'offline' } }),
    );
    self.dispatchEvent(new Event('online'));
    expect(await one).toBe('there');
    expect(work).toHaveBeenCalledTimes(2);
    expect(tasks.view).not.toHaveProperty('problem');
    expect(seen.map((task) => task?.status)).toContain('paused');
  });

  test('is stopped while it waits', async () => {
    const { tasks } = started();
    const one = tasks.run('backup', () => Promise.reject(offline()));
    one.catch(() => undefined);
    await vi.waitFor(() => expect(tasks.view?.status).toBe('paused'));
    await tasks.cancel();
    await expect(one).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('fails with what does not pass, of which only ours is told', async () => {
    const { tasks } = started();
    await expect(tasks.run('check', () => Promise.reject(new Error('secret text')))).rejects.toThrow(
      'secret text',
    );
    expect(tasks.view).toMatchObject({
      status: 'failed',
      problem: { code: 'bug', details: { where: 'Error' } },
    });
    expect(JSON.stringify(tasks.view)).not.toContain('secret');
  });
});

test('waits grow, up to a minute, and are not all the same', () => {
  expect([0, 1, 2, 10, 1000].map((attempt) => backOff(attempt, () => 1))).toEqual([
    1000, 2000, 4000, 60_000, 60_000,
  ]);
  expect(backOff(3, () => 0)).toBe(4000);
  expect(isPassing(offline())).toBe(true);
  expect(isPassing(new StrongroomError('cloud-full', { where: 'x' }))).toBe(false);
});
