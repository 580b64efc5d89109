import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import {
  createConnectRouter,
  createContextKey,
  createContextValues,
  type ConnectRouter,
  type ContextValues,
} from '@connectrpc/connect';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { toNotApplied } from '@strongroom/protocol';
import type { Refusal } from '../limits/refusal.ts';
import type { Traffic } from '../limits/traffic.ts';

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

/** What comes over HTTP/2. */
export interface ConnectListenerOptions {
  readonly routes: (router: ConnectRouter) => void;
  readonly traffic: Traffic;
  /** The largest message that is read, bytes. */
  readonly requestBytes: number;
  /** How long a body may be on its way, milliseconds. */
  readonly bodyTime: number;
  /** How long a request may take, from its first byte to the last of its answer, milliseconds. */
  readonly wholeTime: number;
  readonly onRefusal: (refusal: Refusal) => void;
}

type Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;
const refusalKey = createContextKey<Refusal | undefined>(undefined, { description: 'refusal' });

/**
 * Speaks Connect, gRPC and gRPC-Web. A request that the traffic does not let in is refused before its body is read.
 * Nothing that comes over the wire makes it throw.
 */
export function connectListener(options: ConnectListenerOptions): Listener {
  const handlers = handlersOf(options);
  return (request, response) => {
    const handler = handlers.get((request.url ?? '').split('?', 1)[0]!);
    if (handler === undefined) {
      answerStatus(request, response, 404);
      return;
    }
    const refusal = options.traffic.enter();
    if (refusal === undefined) response.once('close', () => options.traffic.leave());
    else options.onRefusal(refusal);
    limitTime(request, response, options);
    const values = createContextValues().set(refusalKey, refusal);
    answer(handler, request, response, values).catch(() => response.stream.close(NGHTTP2_CANCEL));
  };
}

function handlersOf({ routes, requestBytes }: ConnectListenerOptions): ReadonlyMap<string, UniversalHandler> {
  const router = createConnectRouter({
    // Sealed requests do not get smaller, and decompressing costs the receiver more than the sender.
    acceptCompression: [],
    readMaxBytes: requestBytes,
    requestGate: ({ values }) => {
      const refusal = values.get(refusalKey);
      if (refusal !== undefined) throw toNotApplied(refusal, refusal.retryAfter);
    },
  });
  routes(router);
  return new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
}

async function answer(
  handler: UniversalHandler,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  values: ContextValues,
): Promise<void> {
  const answered = await handler(universalRequestFromNodeRequest(request, response, undefined, values));
  response.once('finish', () => endEarly(request, response));
  await universalResponseToNodeResponse(answered, response);
}

// RFC 9113 section 8.1: what is still on its way of a request that was answered already is not wanted.
function endEarly(request: Http2ServerRequest, response: Http2ServerResponse): void {
  if (!request.complete) response.stream.close(NGHTTP2_NO_ERROR);
}

function limitTime(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  { bodyTime, wholeTime }: ConnectListenerOptions,
): void {
  // REFUSED_STREAM, RFC 9113 section 8.7: nothing was done with it.
  const body = setTimeout(() => {
    if (!request.complete) response.stream.close(NGHTTP2_REFUSED_STREAM);
  }, bodyTime);
  const whole = setTimeout(() => response.stream.close(NGHTTP2_CANCEL), wholeTime);
  response.once('close', () => {
    clearTimeout(body);
    clearTimeout(whole);
  });
}

function answerStatus(request: Http2ServerRequest, response: Http2ServerResponse, status: number): void {
  response.once('finish', () => endEarly(request, response));
  response.writeHead(status).end();
}
