import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  KeyValueSchema,
  RangeResponseSchema,
  ResponseHeaderSchema,
  TxnResponseSchema,
} from '@strongroom/wire/etcd';
import { mutateMessage } from '../../../../tools/fuzz/mutate-message.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import type { Rng } from '../../../../tools/fuzz/rng.ts';
import { must, type FuzzTarget, type Outcome } from '../../../../tools/fuzz/target.ts';
import { Endpoint, type EtcdRequest, type EtcdResponse } from '../records/etcd/endpoint.ts';
import { EtcdFailure } from '../records/etcd/failure.ts';
import { frame } from '../records/etcd/grpc-frame.ts';
import { foundInstead, replaceTransaction } from '../records/etcd/transaction.ts';

// An answer that does not come costs so long, milliseconds.
const patience = 2000;

/** A member of the cluster that answers as it likes. */
class LyingMember {
  /** What it says next. */
  answer: (stream: ServerHttp2Stream) => void = () => undefined;
  readonly #server = createServer();

  async listen(): Promise<string> {
    this.#server.on('stream', (stream: ServerHttp2Stream) => {
      stream.on('error', () => undefined);
      this.answer(stream);
    });
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    this.#server.unref();
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
}

const kvs = [1, 2].map((n) =>
  create(KeyValueSchema, {
    key: new Uint8Array(40).fill(n),
    value: new Uint8Array(4154).fill(n),
    modRevision: 7n,
  }),
);
const header = create(ResponseHeaderSchema, { clusterId: 5n, revision: 9n });
const range = new Uint8Array(toBinary(RangeResponseSchema, create(RangeResponseSchema, { header, kvs })));
const transaction = new Uint8Array(
  toBinary(
    TxnResponseSchema,
    create(TxnResponseSchema, {
      header,
      succeeded: false,
      responses: [{ response: { case: 'responseRange', value: { kvs } } }],
    }),
  ),
);
const statuses = ['0', '0', '0', '0', '', '14', '-1', '9999999999', 'x', '13'];
const messages = [
  '',
  'etcdserver: no leader',
  '%',
  '%00%1b[2J',
  'etcdserver: invalid auth token',
  'x'.repeat(3000),
];

function answering(rng: Rng): (stream: ServerHttp2Stream) => void {
  const message = rng.pick([range, transaction]);
  const body = rng.oneIn(3)
    ? mutate(rng, [new Uint8Array(frame(message))])
    : frame(mutateMessage(rng, [message]));
  const [status, said] = [rng.pick(statuses), rng.pick(messages)];
  return (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status, 'grpc-message': said }));
    stream.end(body);
  };
}

/** What a member of etcd's cluster answers: an answer, or a failure that has a code. */
export async function etcdAnswers(): Promise<FuzzTarget> {
  const member = new LyingMember();
  const url = await member.listen();
  const endpoint = new Endpoint(url, {}, (cluster) => must(cluster === 5n, 'another cluster'));
  const key = new Uint8Array(40).fill(1);
  const write = replaceTransaction({ key, value: new Uint8Array(10), expected: 3n });
  const read: EtcdRequest<EtcdResponse> = ({ kv }, options) => kv.range({ key }, options);
  const replace: EtcdRequest<EtcdResponse> = async ({ kv }, options) => {
    const response = await kv.txn(write, options);
    foundInstead(response);
    return response;
  };
  return {
    name: 'an answer of etcd',
    share: 3,
    async run(rng): Promise<Outcome> {
      member.answer = answering(rng);
      try {
        await endpoint.ask(rng.pick([read, replace]), patience);
        return 'accepted';
      } catch (error) {
        if (!(error instanceof EtcdFailure)) throw error;
        must(error.code !== 'timeout', 'what came is not waited for');
        return 'refused';
      }
    },
  };
}
