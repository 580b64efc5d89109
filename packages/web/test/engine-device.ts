import { afterAll, beforeAll } from 'vitest';
import { commands } from 'vitest/browser';
import type { EngineState } from '../src/engine/contract.ts';
import { connectWorker } from '../src/engine/connect-worker.ts';
import type { EngineConnection } from '../src/shell/session.ts';

declare module 'vitest/internal/browser' {
  interface BrowserCommands {
    askNode(program: string, request: unknown): Promise<unknown>;
  }
}

// A real server, and what a test asks of it.
interface World {
  readonly url: string;
  ask<T>(name: string, question?: object): Promise<T>;
}

// Starts a server in Node.
async function startWorld(): Promise<World> {
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

let engineAddress: Promise<string> | undefined;

// The engine as it is shipped, at a place of its own.
async function deviceAt({ url }: World, place: string): Promise<TestDevice> {
  engineAddress ??= fetch('/assets/engine').then((answer) => answer.text());
  const worker = new Worker(await engineAddress, { type: 'module' });
  const connection = await connectWorker(worker, { server: url, place });
  await connection.ready;
  return { ...connection, kill: () => worker.terminate() };
}

// A server, and a device with everything that a backup needs.
const patience = 120_000;

/** The devices of a file's tests, each in a place of its own, and the server that they share. */
export class Household {
  #world: World | undefined;
  readonly #open = new Map<string, TestDevice>();
  readonly #places = new Set<string>();

  /** Starts the server. */
  async begin(): Promise<void> {
    this.#world = await startWorld();
  }

  /** Asks something of the server's process. */
  ask<T>(name: string, question?: object): Promise<T> {
    return this.#world!.ask<T>(name, question);
  }

  /** Opens the device at a place: a new one, unless it was there before. */
  async start(place: string): Promise<TestDevice> {
    if (!this.#places.has(place)) await clear(place);
    this.#places.add(place);
    const device = await deviceAt(this.#world!, place);
    this.#open.set(place, device);
    return device;
  }

  /** A new device with sample chats, signed in, that backs up only when it is told to. */
  async withChats(place: string, phone: string): Promise<TestDevice> {
    const device = await this.start(place);
    await device.engine.setSchedule('manual');
    await device.engine.addSampleChats();
    await this.signIn(device, phone);
    return device;
  }

  async signIn({ engine }: EngineConnection, phone: string): Promise<void> {
    await engine.startSignIn(phone);
    await engine.finishSignIn(await this.ask<string>('code', { phone }));
  }

  async close(place: string): Promise<void> {
    await this.#open.get(place)?.close();
    this.#open.delete(place);
  }

  /** Ends a device at once, as when a tab is killed. */
  kill(place: string): void {
    this.#open.get(place)?.kill();
    this.#open.delete(place);
  }

  /** Throws a device away, with all that it has kept. */
  async forget(place: string): Promise<void> {
    await this.close(place);
    await clear(place);
    this.#places.delete(place);
  }

  /** Throws all devices away, and ends the server. */
  async end(): Promise<void> {
    for (const place of this.#places) await this.forget(place);
    await this.#world?.ask('stop');
  }
}

/** A household that begins before the first test of the file, and ends after the last. */
export function household(): Household {
  const home = new Household();
  beforeAll(() => home.begin(), patience);
  afterAll(() => home.end(), patience);
  return home;
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

// Throws away what an engine has kept.
async function clear(place: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(place, { recursive: true }).catch(() => undefined);
  for (const { name } of await indexedDB.databases())
    if (name?.startsWith(place)) indexedDB.deleteDatabase(name);
}
