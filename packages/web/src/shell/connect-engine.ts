export { connectEngine } from '../engine/page.ts';
export { endEarlyWorker } from '../engine/early-worker.ts';
