import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { create, toBinary } from '@bufbuild/protobuf';
import { isStrongroomError, utf8, type Bytes } from '@strongroom/core';
import {
  NotAppliedSchema,
  ServeRequestSchema,
  ServeResponseSchema,
  VaultEvent,
} from '@strongroom/wire/vault';
import { mutateMessage } from '../../../../tools/fuzz/mutate-message.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import type { Rng } from '../../../../tools/fuzz/rng.ts';
import { must, type FuzzTarget, type Outcome } from '../../../../tools/fuzz/target.ts';
import { NodeFailure } from '../vaults/node-failure.ts';
import { RemoteNode } from '../vaults/remote-node.ts';

const patience = { connect: 2000, answer: 2000 };
const answer = new Uint8Array(
  toBinary(
    ServeResponseSchema,
    create(ServeResponseSchema, {
      sealedAnswer: new Uint8Array(4144).fill(2),
      event: VaultEvent.GUESS_COUNTED,
      eventId: new Uint8Array(16).fill(3),
    }),
  ),
);
const detail = Buffer.from(toBinary(NotAppliedSchema, create(NotAppliedSchema, { retryAfter: 3 })));
const error = utf8(
  JSON.stringify({
    code: 'unavailable',
    message: 'no',
    details: [{ type: 'strongroom.v1.NotApplied', value: detail.toString('base64') }],
  }),
);

/** A vault node that answers as it likes. */
function answering(rng: Rng): (stream: ServerHttp2Stream) => void {
  const isError = rng.oneIn(3);
  const body: Bytes = isError ? mutate(rng, [error]) : mutateMessage(rng, [answer]);
  const status = isError ? rng.pick([503, 400, 403, 500, 429, 200, 404]) : 200;
  const type = isError ? 'application/json' : 'application/proto';
  return (stream) => {
    stream.respond({ ':status': status, 'content-type': rng.oneIn(10) ? 'text/html' : type });
    stream.end(body);
  };
}

/** What a vault node answers: an answer of the one length there is, a refusal, or a failure with a reason. */
export async function nodeAnswers(): Promise<FuzzTarget> {
  let answerNext: ((stream: ServerHttp2Stream) => void) | undefined;
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => undefined);
    answerNext?.(stream);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  server.unref();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const node = new RemoteNode({ site: 'here', url });
  const request = create(ServeRequestSchema, { sealedRequest: new Uint8Array(5238) });
  return {
    name: 'an answer of a vault node',
    share: 3,
    async run(rng): Promise<Outcome> {
      answerNext = answering(rng);
      try {
        const { sealedAnswer } = await node.ask(request, patience);
        must(sealedAnswer.length === 4144, 'an answer has one length');
        return 'accepted';
      } catch (error) {
        const isRefusal = isStrongroomError(error, 'malformed', 'too-many-requests');
        if (!isRefusal && !(error instanceof NodeFailure)) throw error;
        return 'refused';
      }
    },
  };
}
