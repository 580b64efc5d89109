import type { Engine } from '../engine/contract.ts';
import { nothingYet } from './engine.ts';
import type { EngineConnection } from './session.ts';
import { storeOf } from './store.ts';

type Methods = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

/**
 * An engine that can be asked before it has started: what is asked waits for it, and fails as its start does. Its state
 * is `nothingYet` until then.
 */
export function earlyEngine(started: Promise<EngineConnection>): EngineConnection {
  const state = storeOf(nothingYet);
  const follow = (late: EngineConnection): void => {
    const tell = (): void => state.set(late.state.get());
    late.state.subscribe(tell);
    tell();
  };
  // Who asks hears that it failed, and so does who started it.
  started.then(follow, () => undefined);
  return { engine: engineOf(started), state, close: async () => (await started).close() };
}

function engineOf(started: Promise<EngineConnection>): Engine {
  return new Proxy({} as Engine, {
    get: (_, name) =>
      // Whoever is handed the engine may await it.
      typeof name === 'symbol' || name === 'then'
        ? undefined
        : async (...args: unknown[]) => {
            const { engine } = await started;
            return (engine as unknown as Methods)[name]!(...args);
          },
  });
}
