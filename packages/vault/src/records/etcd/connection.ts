import { connect, type ClientHttp2Session } from 'node:http2';
import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type DescMethodUnary,
  type MessageInitShape,
} from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  createClient,
  type Client,
  type Transport,
  type UnaryResponse,
} from '@connectrpc/connect';
import type { Secret } from '@strongroom/core';
import { Auth, Cluster, KV, Maintenance } from '@strongroom/wire/etcd';
import { callUnary } from './grpc-call.ts';

/** Who etcd must be, and who asks: PEM texts. */
export interface EtcdTls {
  /** The certificates of the authorities that sign etcd's. */
  readonly authority: string;
  /** Of this client. */
  readonly certificate: string;
  readonly key: Secret<string>;
}

// What may be on its way without being acknowledged, bytes: a page of records, also over a long line.
const windows = { stream: 4 * 1024 * 1024, connection: 16 * 1024 * 1024 };
// How soon the system asks whether an idle connection is alive, milliseconds. etcd bears no HTTP/2 pings for it.
const keepAliveAfter = 10_000;
const usualTimeout = 5000;

/** One HTTP/2 connection to one member, and etcd's services over it. Once ended it is not made again. */
export class EtcdConnection implements Transport {
  readonly kv: Client<typeof KV> = createClient(KV, this);
  readonly auth: Client<typeof Auth> = createClient(Auth, this);
  readonly maintenance: Client<typeof Maintenance> = createClient(Maintenance, this);
  readonly cluster: Client<typeof Cluster> = createClient(Cluster, this);
  readonly #url: string;
  readonly #tls: EtcdTls | undefined;
  #session: ClientHttp2Session | undefined;
  #opened: Promise<void> | undefined;
  #connected = false;
  #ended = false;

  /** @param url `https://host:port`; nothing is sent yet */
  constructor(url: string, tls: EtcdTls | undefined) {
    this.#url = url;
    this.#tls = tls;
  }

  /** Whether it serves no further request. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Connects, unless that is done. @throws ConnectError when it cannot be done in so many milliseconds */
  async open(timeout: number): Promise<void> {
    if (this.#ended) throw broken('the connection has ended');
    if (this.#connected) return;
    this.#opened ??= this.#connect();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(broken('no connection in time')), timeout);
    try {
      await Promise.race([this.#opened, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the connection, and whatever is under way on it. */
  close(): void {
    this.#ended = true;
    this.#session?.destroy();
  }

  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    _signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: MessageInitShape<I>,
  ): Promise<UnaryResponse<I, O>> {
    const timeout = timeoutMs ?? usualTimeout;
    await this.open(timeout);
    const bytes = await callUnary(this.#session!, {
      path: `/${method.parent.typeName}/${method.name}`,
      metadata: Object.fromEntries(new Headers(header)),
      message: toBinary(method.input, create(method.input, input)),
      timeout,
    });
    const message = fromBinary(method.output, bytes, { readUnknownFields: false });
    return {
      stream: false,
      service: method.parent,
      method,
      header: new Headers(),
      trailer: new Headers(),
      message,
    };
  }

  stream(): Promise<never> {
    return Promise.reject(new ConnectError('etcd is asked by single requests alone', Code.Unimplemented));
  }

  #connect(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const session = connect(this.#url, {
      settings: { initialWindowSize: windows.stream },
      ...this.#secured(),
    });
    this.#session = session;
    session.on('connect', (_, socket) => {
      // Node tells of the connection also when it was ended a moment before.
      if (session.destroyed) return;
      session.setLocalWindowSize(windows.connection);
      socket.setKeepAlive(true, keepAliveAfter);
      // Timers of requests keep a process alive, idle connections do not.
      session.unref();
      this.#connected = true;
      resolve();
    });
    const end = (error: Error): void => {
      this.#ended = true;
      reject(error);
    };
    session.on('error', (cause) => end(broken(cause.message, cause)));
    session.on('goaway', () => end(broken('the member takes leave')));
    session.on('close', () => end(broken('the connection has ended')));
    return promise;
  }

  #secured(): object {
    if (this.#tls === undefined) return {};
    const { authority, certificate, key } = this.#tls;
    return { ca: authority, cert: certificate, key: key.reveal(), minVersion: 'TLSv1.3' };
  }
}

function broken(why: string, cause?: unknown): ConnectError {
  return new ConnectError(why, Code.Unavailable, undefined, undefined, cause);
}
