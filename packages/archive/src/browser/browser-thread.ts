import { portableCodec } from '../codec/portable-codec.ts';
import { type Request, answer, givenBack } from '../engine/messages.ts';
import { webPrimitives } from '../engine/primitives.ts';

const primitives = webPrimitives(portableCodec);

// A request at a time: answers come in the order of the requests.
let last: Promise<void> = Promise.resolve();

self.addEventListener('message', ({ data: request }: MessageEvent<Request>) => {
  // What is reported, the page hears of; a rejected promise it does not, and would wait for ever.
  last = last.then(() => respond(request)).catch(reportError);
});

self.addEventListener('messageerror', () => reportError(new Error('a request could not be read')));

async function respond(request: Request): Promise<void> {
  const answered = await answer(primitives, request);
  self.postMessage(answered, { transfer: givenBack(answered) });
}
