import { portableCodec } from '../codec/portable-codec.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import type { Answer } from '../engine/messages.ts';
import { webPrimitives } from '../engine/primitives.ts';
import { type Thread, type ThreadedEngine, threadedEngine } from '../engine/threads.ts';

const mostThreads = 4;

export interface BrowserEngineOptions {
  /** How many workers; by default as many as the device has cores, up to 4. */
  readonly threads?: number;
  /**
   * Starts a worker that calls `serveThread`. By default the one beside this file, whose address is a plain string: an
   * app that requires Trusted Types starts its own.
   */
  readonly startWorker?: () => Worker;
}

/**
 * Names, compresses, seals and opens chunks on Web Workers. They start when there is enough to do, and stay until
 * `close` or until the page ends. A page's Content-Security-Policy must allow workers from its own origin.
 */
export function browserEngine(options: BrowserEngineOptions = {}): ThreadedEngine {
  const width = options.threads ?? Math.min(navigator.hardwareConcurrency, mostThreads);
  const { startWorker = ownWorker } = options;
  const spawn = (): Thread => threadOf(startWorker());
  return threadedEngine({ here: inlineEngine(webPrimitives(portableCodec)), spawn, width });
}

function ownWorker(): Worker {
  // Bundlers look for exactly this form, and find the source beside this file when there is nothing built.
  return new Worker(new URL('./browser-thread.js', import.meta.url), { type: 'module' });
}

/** A worker that runs `browser-thread.ts`. */
export function threadOf(worker: Worker): Thread {
  return {
    ask: (requests, transfer) => worker.postMessage(requests, transfer),
    onAnswers: (listener) =>
      worker.addEventListener('message', ({ data }: MessageEvent<Answer[]>) => listener(data)),
    onFailure(listener) {
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        listener(causeOf(event));
      });
      worker.addEventListener('messageerror', () => listener(new Error('an answer could not be read')));
    },
    // A page does not wait for its workers when it ends.
    keepAlive: () => undefined,
    end: () => worker.terminate(),
  };
}

// The event of a worker that did not load says nothing.
function causeOf(event: Event): Error {
  const why = event instanceof ErrorEvent ? event.message : '';
  return new Error(why || 'the worker could not be loaded');
}
