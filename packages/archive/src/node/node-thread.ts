import { parentPort } from 'node:worker_threads';
import { type Request, answer, givenBack } from '../engine/messages.ts';
import { nodePrimitives } from './node-primitives.ts';

const primitives = nodePrimitives({ oneAtATime: true });

// A request at a time: answers come in the order of the requests.
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: Request) => {
  last = afterwards(last, request);
});

async function afterwards(before: Promise<void>, request: Request): Promise<void> {
  await before;
  const answered = await answer(primitives, request);
  parentPort?.postMessage(answered, givenBack(answered));
}
