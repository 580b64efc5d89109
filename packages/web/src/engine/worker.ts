import { expose, proxy } from 'comlink';
import { toProblem } from './problem.ts';
import { guarded } from './guarded.ts';
import { loadEarly } from './sqlite/pool.ts';
import { startEngine, startIfFree, type EngineOptions, type RunningEngine } from './start-engine.ts';
import { earlyName } from './worker-name.ts';

// It need not wait for what the page says first.
loadEarly();

// Nor for the page to say it, which takes until that has drawn its first screen: a worker of this name opens what its page
// would have it open, unless another tab has.
const early =
  (self as { readonly name: string }).name === earlyName
    ? startIfFree({ server: location.origin })
    : undefined;
// Who asks for it hears that it failed.
early?.catch(() => undefined);

/** What a page asks of the worker first. */
export interface EngineWorker {
  /** @throws Problem */
  start(options: EngineOptions): Promise<RunningEngine>;
}

const worker: EngineWorker = {
  start: async (options) => {
    try {
      return proxy(guarded((await early) ?? (await startEngine(options))));
    } catch (error) {
      // An error would lose its code on its way to the page.
      throw toProblem(error);
    }
  },
};

expose(worker);
