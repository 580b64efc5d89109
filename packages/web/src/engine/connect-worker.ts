import { proxy, wrap, type Remote } from 'comlink';
import { StrongroomError } from '@strongroom/core';
import type { EngineConnection } from '../shell/session.ts';
import { storeOf, type SettableStore } from '../shell/store.ts';
import { followWaking, wakeNowAndThen } from './background-wake.ts';
import type { Engine, EngineState } from './contract.ts';
import type { ChatEngine, EngineOptions } from './engine.ts';
import { fromProblem } from './problem.ts';
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
 * @throws StrongroomError `in-use` while another tab has it, `newer-version`, `profile-damaged`
 */
export async function connectWorker(
  worker: Worker,
  options: Omit<EngineOptions, 'now'>,
): Promise<EngineConnection> {
  const failed = failureOf(worker);
  try {
    const remote = await Promise.race([orError(wrap<EngineWorker>(worker).start(options)), failed]);
    return await connect(worker, remote as unknown as Remote<ChatEngine>);
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

async function connect(worker: Worker, remote: Remote<ChatEngine>): Promise<EngineConnection> {
  const store = Promise.withResolvers<SettableStore<EngineState>>();
  let known: SettableStore<EngineState> | undefined;
  const listener = (state: EngineState): void => {
    known?.set(state);
    known ??= storeOf(state);
    store.resolve(known);
  };
  await orError(remote.watch(proxy(listener)));
  const engine = engineOf(remote);
  const state = await store.promise;
  const ends = [forgetWhenHidden(remote), followWaking(engine)];
  if (state.get().backup.on) void wakeNowAndThen();
  return {
    engine,
    state,
    close: async () => {
      for (const end of ends) end();
      await orError(remote.close());
      worker.terminate();
    },
  };
}

// A phone that is locked hides the page: whoever holds it next is asked again. @returns what ends it
function forgetWhenHidden(remote: Remote<ChatEngine>): () => void {
  const look = (): void => {
    if (document.visibilityState === 'hidden') remote.forgetProof().catch(() => undefined);
  };
  document.addEventListener('visibilitychange', look);
  return () => document.removeEventListener('visibilitychange', look);
}

/** The engine as the page calls it: its errors are errors again. */
function engineOf(remote: Remote<ChatEngine>): Engine {
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
