import { portableCodec } from '../codec/portable-codec.ts';
import { type Request, answerAll, givenBack } from '../engine/messages.ts';
import { webPrimitives } from '../engine/primitives.ts';

/** Makes this worker a thread of an engine: it answers what `threadOf` asks, one after the other. */
export function serveThread(): void {
  const primitives = webPrimitives(portableCodec);
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
}
