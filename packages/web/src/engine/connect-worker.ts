import { proxy, wrap, type Remote } from 'comlink';
import { StrongroomError } from '@strongroom/core';
import { nothingYet } from '../shell/engine.ts';
import type { EngineConnection } from '../shell/session.ts';
import { storeOf, type SettableStore } from '../shell/store.ts';
import { followWaking, wakeNowAndThen } from './background-wake.ts';
import type { Engine, EngineState } from './contract.ts';
import { fromProblem } from './problem.ts';
import { withSameParts } from './same-parts.ts';
import type { EngineOptions, RunningEngine } from './start-engine.ts';
import type { EngineWorker } from './worker.ts';

// After these there is something on this device that the browser must not clear away by itself.
const precious: ReadonlySet<string> = new Set([
  'turnOn',
  'restore',
  'importExport',
  'send',
  'addSampleChats',
]);

/**
 * Starts the engine in a worker that runs `worker.ts`, and connects this thread to it. A worker that cannot is ended.
 * What the engine says of how things stand is known when the connection is `ready`.
 * @throws StrongroomError `in-use` while another tab has it, `newer-version`, `profile-damaged`
 */
export async function connectWorker(worker: Worker, options: EngineOptions): Promise<EngineConnection> {
  const failed = failureOf(worker);
  try {
    const remote = await Promise.race([orError(wrap<EngineWorker>(worker).start(options)), failed]);
    return connect(worker, remote as unknown as Remote<RunningEngine>);
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

function connect(worker: Worker, remote: Remote<RunningEngine>): EngineConnection {
  const engine = engineOf(remote);
  const state = storeOf(nothingYet);
  const ends = [forgetWhenHidden(remote), followWaking(engine)];
  return {
    engine,
    state,
    ready: follow(worker, remote, state),
    close: async () => {
      for (const end of ends) end();
      await orError(remote.close());
      worker.terminate();
    },
  };
}

/** Keeps the state as the engine tells it. @returns resolves when it was told first; else the worker is ended */
async function follow(
  worker: Worker,
  remote: Remote<RunningEngine>,
  state: SettableStore<EngineState>,
): Promise<void> {
  const told = Promise.withResolvers<void>();
  const listener = (next: EngineState): void => {
    state.set(withSameParts(state.get(), next));
    told.resolve();
  };
  try {
    await orError(remote.watch(proxy(listener)));
  } catch (error) {
    worker.terminate();
    throw error;
  }
  await told.promise;
  if (state.get().backup.on) void wakeNowAndThen();
}

// A phone that is locked hides the page: whoever holds it next is asked again. @returns what ends it
function forgetWhenHidden(remote: Remote<RunningEngine>): () => void {
  const look = (): void => {
    if (document.visibilityState === 'hidden') remote.forgetProof().catch(() => undefined);
  };
  document.addEventListener('visibilitychange', look);
  return () => document.removeEventListener('visibilitychange', look);
}

/** The engine as the page calls it: its errors are errors again. */
function engineOf(remote: Remote<RunningEngine>): Engine {
  return new Proxy({} as Engine, {
    get(_, name) {
      // Whoever is handed the engine may await it.
      if (typeof name === 'symbol' || name === 'then') return undefined;
      return async (...args: unknown[]) => {
        const method = (remote as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]!;
        const answer = await orError(method(...args));
        if (precious.has(name)) void keepStorage();
        if (name === 'turnOn') void wakeNowAndThen();
        return answer;
      };
    },
  });
}

async function orError<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw fromProblem(error);
  }
}

// Some browsers ask the person, so not before there is something to keep; asked once is enough.
async function keepStorage(): Promise<void> {
  try {
    if (!(await navigator.storage.persisted())) await navigator.storage.persist();
  } catch {
    // It is a favour.
  }
}

function failureOf(worker: Worker): Promise<never> {
  return new Promise((_, reject) => {
    worker.addEventListener('error', (event) => {
      const cause = new Error(event.message || 'the worker could not be loaded');
      reject(new StrongroomError('bug', { where: 'the engine did not start' }, { cause }));
    });
  });
}
