import { constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import { frame, statusOf, unframe } from './grpc-frame.ts';

/** One unary call. */
export interface GrpcCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly message: Uint8Array;
  /** Milliseconds; etcd is told, too. */
  readonly timeout: number;
}

// A page of 1000 records has 4.2 MB; more than this comes from no honest etcd.
const mostBytes = 16 * 1024 * 1024;

/**
 * Makes one call over a connection: gRPC over HTTP/2, as its protocol page says.
 * @throws ConnectError with the server's status; `DeadlineExceeded`; `Unavailable` when the connection broke
 */
export async function callUnary(session: ClientHttp2Session, call: GrpcCall): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const stream = request(session, headersOf(call));
  const timer = setTimeout(() => {
    reject(new ConnectError('no answer in time', Code.DeadlineExceeded));
    stream.close(constants.NGHTTP2_CANCEL);
  }, call.timeout);
  const answer = new Answer(stream);
  stream.on('error', (cause) => reject(broken(cause.message, cause)));
  stream.on('close', () => {
    clearTimeout(timer);
    answer.settle(resolve, reject);
  });
  stream.end(frame(call.message));
  return promise;
}

function request(session: ClientHttp2Session, headers: Record<string, string>): ClientHttp2Stream {
  try {
    return session.request(headers);
  } catch (cause) {
    throw broken('the connection has ended', cause);
  }
}

/** What becomes of a call whose connection broke. */
function broken(why: string, cause?: unknown): ConnectError {
  return new ConnectError(why, Code.Unavailable, undefined, undefined, cause);
}

function headersOf({ path, metadata, timeout }: GrpcCall): Record<string, string> {
  return {
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-timeout': `${Math.min(Math.ceil(timeout), 99_999_999)}m`,
    ...metadata,
  };
}

/** What comes back of one call. */
class Answer {
  readonly #stream: ClientHttp2Stream;
  readonly #parts: Buffer[] = [];
  #length = 0;
  #status: ConnectError | null | undefined;

  constructor(stream: ClientHttp2Stream) {
    this.#stream = stream;
    stream.on('response', (headers) => (this.#status = statusOf(headers)));
    stream.on('trailers', (headers) => (this.#status = statusOf(headers)));
    stream.on('data', (part: Buffer) => this.#add(part));
  }

  /** When nothing more comes. */
  settle(resolve: (message: Uint8Array) => void, reject: (error: ConnectError) => void): void {
    if (this.#status === undefined) return reject(this.#brokenOff());
    if (this.#status !== null) return reject(this.#status);
    try {
      resolve(unframe(Buffer.concat(this.#parts)));
    } catch (error) {
      reject(ConnectError.from(error));
    }
  }

  #add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > mostBytes) this.#stream.close(constants.NGHTTP2_CANCEL);
    else this.#parts.push(part);
  }

  #brokenOff(): ConnectError {
    const { rstCode } = this.#stream;
    return broken(`the answer broke off (HTTP/2 code ${rstCode})`);
  }
}
