import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionRequestOptions,
  type OutgoingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';

/** Says who the node must be and who asks: PEM texts. */
export type SessionTls = Pick<SecureClientSessionOptions, 'ca' | 'cert' | 'key'>;

/**
 * One HTTP/2 connection to one node, made when it is needed and again when it has ended; Connect sends requests over it.
 *
 * Connect's own Http2SessionManager takes its hands off a connection before it has ended: an error after that, such as
 * comes of a port at which something else listens than HTTP/2, ends the process. Its pings are not needed here, where
 * probes go over the same connection all the time.
 */
export class NodeSession {
  /** Scheme, host and port. */
  readonly authority: string;
  #tls: SessionTls | undefined;
  #session: ClientHttp2Session | undefined;
  #opened: Promise<void> = Promise.resolve();

  /** Nothing is sent yet. */
  constructor(url: string, tls: SessionTls | undefined) {
    this.authority = new URL(url).origin;
    this.#tls = tls;
  }

  /** Connects, unless that is done. @throws ConnectError DeadlineExceeded after so many milliseconds; Error when refused */
  async open(timeout: number): Promise<void> {
    const session = this.#current();
    const opened = this.#opened;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => late.reject(tooLate()), timeout);
    try {
      await Promise.race([opened, late.promise]);
    } catch (error) {
      // Where nothing answers the knock, the next one must not wait for it.
      end(session);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends the head of a request. */
  async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: Omit<ClientSessionRequestOptions, 'signal'>,
  ): Promise<ClientHttp2Stream> {
    const session = this.#current();
    await this.#opened;
    return session.request({ ...headers, ':method': method, ':path': path }, options);
  }

  /** What Connect tells of answers; nothing follows from it. */
  notifyResponseByteRead(): void {}

  /** Other certificates, from the next connection on. */
  renew(tls: SessionTls): void {
    this.#tls = tls;
  }

  /** Ends the connection, and whatever is under way on it. */
  abort(): void {
    if (this.#session !== undefined) end(this.#session);
  }

  #current(): ClientHttp2Session {
    if (this.#session !== undefined && !this.#session.closed && !this.#session.destroyed)
      return this.#session;
    const session = connect(this.authority, this.#tls && { ...this.#tls, minVersion: 'TLSv1.3' });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let failure = new Error('the connection ended');
    // For as long as there is a connection: an error that nobody hears ends the process.
    session.on('error', (error: Error) => (failure = error));
    session.once('connect', () => resolve());
    session.once('close', () => reject(failure));
    promise.catch(() => undefined);
    session.unref();
    this.#session = session;
    this.#opened = promise;
    return session;
  }
}

function tooLate(): ConnectError {
  return new ConnectError('no connection in time', Code.DeadlineExceeded);
}

// Without an error, requests under way would not hear of it.
function end(session: ClientHttp2Session): void {
  session.destroy(new ConnectError('the connection was ended', Code.Aborted), constants.NGHTTP2_CANCEL);
}
