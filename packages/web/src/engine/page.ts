import type { EngineConnection } from '../shell/session.ts';
import type { DamagedChats } from './contract.ts';
import { connectWorker } from './connect-worker.ts';
import { engineWorker } from './early-worker.ts';

/**
 * Starts the engine in a worker of its own, at the server that the page comes from, and connects the page to it.
 * @param damagedChats what to do when the chats are damaged; by default it does not start
 * @throws StrongroomError `in-use` while another tab has it, `newer-version`, `profile-damaged`
 */
export async function connectEngine(damagedChats?: DamagedChats): Promise<EngineConnection> {
  const options = { server: location.origin, ...(damagedChats && { damagedChats }) };
  return connectWorker(engineWorker(), options);
}
