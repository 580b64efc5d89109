import type { EngineConnection } from '../shell/session.ts';
import { trustedScript } from '../shell/trusted-script.ts';
import { connectWorker } from './connect-worker.ts';

/**
 * Starts the engine in a worker of its own, at the server that the page comes from, and connects the page to it.
 * @throws StrongroomError `in-use` while another tab has it, `newer-version`, `profile-damaged`
 */
export async function connectEngine(): Promise<EngineConnection> {
  return connectWorker(await engineWorker(), { server: location.origin });
}

/** A worker that runs the engine, once it is told to start. */
export async function engineWorker(): Promise<Worker> {
  const { default: address } = await import('./worker.ts?worker&url');
  return new Worker(trustedScript(address), { type: 'module', name: 'engine' });
}
