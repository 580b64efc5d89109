import { late } from '../engine/late.ts';
import { nothingYet } from './engine.ts';
import type { EngineConnection } from './session.ts';
import { storeOf } from './store.ts';

/**
 * An engine that can be asked before it has started: what is asked waits for it, and fails as its start does. Its state
 * is `nothingYet` until it is known.
 */
export function earlyEngine(started: Promise<EngineConnection>): EngineConnection {
  const state = storeOf(nothingYet);
  const follow = ({ state: known }: EngineConnection): void => {
    const tell = (): void => state.set(known.get());
    known.subscribe(tell);
    tell();
  };
  // Who started it hears that it failed.
  started.then(follow, () => undefined);
  return {
    engine: late(async () => (await started).engine),
    state,
    ready: quiet(started.then(({ ready }) => ready)),
    close: async () => (await started).close(),
  };
}

function quiet(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined);
  return promise;
}
