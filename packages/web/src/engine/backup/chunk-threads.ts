import { browserEngine, type ThreadedEngine } from '@strongroom/archive/browser';
import { trustedScript } from '../../shell/trusted-script.ts';

/** Threads that name, compress, seal and open chunks, until they are closed. */
export async function chunkThreads(): Promise<ThreadedEngine> {
  const { default: address } = await import('./chunk-thread.ts?worker&url');
  return browserEngine({
    startWorker: () => new Worker(trustedScript(address), { type: 'module' }),
  });
}
