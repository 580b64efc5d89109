import { trustedScript } from '../shell/trusted-script.ts';
import { earlyName } from './worker-name.ts';
// oxlint-disable-next-line import/default -- the bundler answers with the address of the built worker
import address from './worker.ts?worker&url';

let early: Worker | undefined;

/** A worker that runs the engine, once it is told to start. */
export function engineWorker(): Worker {
  const worker = early ?? workerOf('engine');
  early = undefined;
  return worker;
}

/** Ends a worker that was started early, and is not needed: another tab has the engine. */
export function endEarlyWorker(): void {
  early?.terminate();
  early = undefined;
}

function workerOf(name: string): Worker {
  return new Worker(trustedScript(address), { type: 'module', name });
}

// The page runs this file before the rest of itself: where the app is kept on the device, its engine starts meanwhile.
// Over a network it would take the line from what is seen first.
function beginEarly(): void {
  if (!isSecureContext || !navigator.serviceWorker?.controller) return;
  early = workerOf(earlyName);
  // Then another one is tried, whose failure is heard.
  early.addEventListener('error', () => (early = undefined), { once: true });
}

beginEarly();
