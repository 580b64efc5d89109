import { availableParallelism } from 'node:os';
import type { ChunkEngine } from '../engine/chunk-engine.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import type { Answer } from '../engine/messages.ts';
import { type Thread, threadedEngine } from '../engine/threads.ts';
import { nodePrimitives } from './node-primitives.ts';

const mostThreads = 4;

/**
 * Names, compresses, seals and opens chunks on worker threads. They start when there is enough to do, and do not keep
 * the program from ending.
 */
export function nodeEngine(): ChunkEngine {
  const here = inlineEngine(nodePrimitives());
  return threadedEngine({ here, spawn, width: Math.min(availableParallelism(), mostThreads) });
}

function spawn(): Thread {
  // Loaded with the first thread, which most backups do without.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const fromSource = import.meta.url.endsWith('.ts');
  const worker = new Worker(new URL(fromSource ? './node-thread.ts' : './node-thread.js', import.meta.url), {
    execArgv: fromSource ? ['--conditions=source'] : [],
    // Young garbage is mostly buffers; a small nursery lets go of them soon.
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 },
  });
  worker.unref();
  return {
    ask: (requests, transfer) => worker.postMessage(requests, transfer),
    onAnswers: (listener) => worker.on('message', (answers: Answer[]) => listener(answers)),
    onFailure: (listener) => worker.on('error', listener),
    keepAlive: (busy) => (busy ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}
