import { expose, proxy } from 'comlink';
import { ChatEngine, type EngineOptions } from './engine.ts';
import { toProblem } from './problem.ts';
import { guarded } from './guarded.ts';
import { loadEarly } from './sqlite/pool.ts';

// It need not wait for what the page says first.
loadEarly();

/** What a page asks of the worker first. */
export interface EngineWorker {
  /** @throws Problem */
  start(options: Omit<EngineOptions, 'now'>): Promise<ReturnType<typeof guarded<ChatEngine>>>;
}

const worker: EngineWorker = {
  start: async (options) => {
    try {
      return proxy(guarded(await ChatEngine.start(options)));
    } catch (error) {
      // An error would lose its code on its way to the page.
      throw toProblem(error);
    }
  },
};

expose(worker);
