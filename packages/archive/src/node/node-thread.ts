import { parentPort } from 'node:worker_threads';
import { type Request, answer, givenBack } from '../engine/messages.ts';
import { nodePrimitives } from './node-primitives.ts';

const primitives = nodePrimitives();

// A request at a time: answers come in the order of the requests.
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: Request) => {
  last = last.then(async () => {
    const answered = await answer(primitives, request);
    parentPort?.postMessage(answered, givenBack(answered));
  });
});
