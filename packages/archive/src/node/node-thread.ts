import { parentPort } from 'node:worker_threads';
import { type Request, answerAll, givenBack } from '../engine/messages.ts';
import { nodePrimitives } from './node-primitives.ts';

const primitives = nodePrimitives({ oneAtATime: true });

// What is asked is answered one after the other.
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (requests: readonly Request[]) => {
  last = afterwards(last, requests);
});

async function afterwards(before: Promise<void>, requests: readonly Request[]): Promise<void> {
  await before;
  const answers = await answerAll(primitives, requests);
  parentPort?.postMessage(answers, answers.flatMap(givenBack));
}
