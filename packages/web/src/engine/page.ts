import type { EngineConnection } from '../shell/session.ts';
import { trustedScript } from '../shell/trusted-script.ts';
import type { DamagedChats } from './contract.ts';
import { connectWorker } from './connect-worker.ts';

/**
 * Starts the engine in a worker of its own, at the server that the page comes from, and connects the page to it.
 * @param damagedChats what to do when the chats are damaged; by default it does not start
 * @throws StrongroomError `in-use` while another tab has it, `newer-version`, `profile-damaged`
 */
export async function connectEngine(damagedChats?: DamagedChats): Promise<EngineConnection> {
  const options = { server: location.origin, ...(damagedChats && { damagedChats }) };
  return connectWorker(await engineWorker(), options);
}

// A worker that runs the engine, once it is told to start.
async function engineWorker(): Promise<Worker> {
  // In the same file as this: see `build/chunks.ts`.
  const { default: address } = await import('./worker.ts?worker&url');
  return new Worker(trustedScript(address), { type: 'module', name: 'engine' });
}
