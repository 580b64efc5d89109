import { commands } from 'vitest/browser';
import type { EngineState } from '../src/engine/contract.ts';
import { connectWorker } from '../src/engine/connect-worker.ts';
import { engineWorker } from '../src/engine/page.ts';
import type { EngineConnection } from '../src/shell/session.ts';

declare module 'vitest/internal/browser' {
  interface BrowserCommands {
    askNode(program: string, request: unknown): Promise<unknown>;
  }
}

/** A real server, and what a test asks of it. */
export interface World {
  readonly url: string;
  ask<T>(name: string, question?: object): Promise<T>;
}

/** Starts a server in Node. */
export async function startWorld(): Promise<World> {
  const { url } = (await commands.askNode('packages/web/test/engine-world.ts', {})) as { url: string };
  return {
    url,
    ask: async <T>(name: string, question: object = {}) => {
      const answer = await fetch(`${url}/ask/${name}`, { method: 'POST', body: JSON.stringify(question) });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as T;
    },
  };
}

/** One device: an engine with a place of its own. */
export interface TestDevice extends EngineConnection {
  /** Ends it at once, as when a tab is killed. */
  kill(): void;
}

export async function deviceAt({ url }: World, place: string): Promise<TestDevice> {
  const worker = await engineWorker();
  const connection = await connectWorker(worker, { server: url, place });
  return { ...connection, kill: () => worker.terminate() };
}

export async function signIn(world: World, { engine }: EngineConnection, phone: string): Promise<void> {
  await engine.startSignIn(phone);
  await engine.finishSignIn(await world.ask<string>('code', { phone }));
}

/** Waits until the state is as expected. */
export async function until(
  { state }: EngineConnection,
  expected: (state: EngineState) => boolean,
  milliseconds = 30_000,
): Promise<EngineState> {
  const found = Promise.withResolvers<EngineState>();
  const look = (): void => {
    if (expected(state.get())) found.resolve(state.get());
  };
  const end = state.subscribe(look);
  const timer = setTimeout(
    () => found.reject(new Error(`it stayed ${JSON.stringify(state.get(), undefined, 1)}`)),
    milliseconds,
  );
  look();
  try {
    return await found.promise;
  } finally {
    clearTimeout(timer);
    end();
  }
}

/** Throws away what an engine has kept. */
export async function clear(place: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(place, { recursive: true }).catch(() => undefined);
  for (const { name } of await indexedDB.databases())
    if (name?.startsWith(place)) indexedDB.deleteDatabase(name);
}
