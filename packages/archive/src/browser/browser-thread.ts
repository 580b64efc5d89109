import { portableCodec } from '../codec/portable-codec.ts';
import { type Request, answerAll, givenBack } from '../engine/messages.ts';
import { webPrimitives } from '../engine/primitives.ts';

const primitives = webPrimitives(portableCodec);

// What is asked is answered one after the other.
let last: Promise<void> = Promise.resolve();

self.addEventListener('message', ({ data: requests }: MessageEvent<readonly Request[]>) => {
  // What is reported, the page hears of; a rejected promise it does not, and would wait for ever.
  last = last.then(() => respond(requests)).catch(reportError);
});

self.addEventListener('messageerror', () => reportError(new Error('a request could not be read')));

async function respond(requests: readonly Request[]): Promise<void> {
  const answers = await answerAll(primitives, requests);
  self.postMessage(answers, { transfer: answers.flatMap(givenBack) });
}
