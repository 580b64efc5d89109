import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient, type Client } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { isStrongroomError } from '@strongroom/core';
import {
  ServeRequestSchema,
  VaultService,
  type ServeRequest,
  type ServeResponse,
} from '@strongroom/wire/vault';
import { failureOf, NodeFailure } from './node-failure.ts';
import { NodeSession, type SessionTls } from './node-session.ts';
import { isReady } from './readiness.ts';
import type { VaultNode } from './vault-node.ts';

/** Who the node must be, and who asks: PEM texts. */
export interface NodeTls {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Where a node is. */
export interface RemoteNodeOptions {
  readonly site: string;
  /** `https://host:port`; `http://` for this machine alone. */
  readonly url: string;
  readonly tls?: NodeTls;
  /** Answers 200 when the node's store and HSM do: its `/readyz`. Without it a node counts as ready that answers. */
  readonly readyUrl?: string;
}

// A sealed answer has 4144 bytes, whatever it says: docs/vault-protocol.md, section 7.
const sealedAnswerLength = 4144;
const readMaxBytes = 65_536;
/** A vault node over one HTTP/2 connection. */
export class RemoteNode implements VaultNode {
  readonly site: string;
  readonly #options: RemoteNodeOptions;
  readonly #session: NodeSession;
  readonly #client: Client<typeof VaultService>;
  #closed = false;

  /** Nothing is sent yet. */
  constructor(options: RemoteNodeOptions) {
    const { site, url, tls } = options;
    this.site = site;
    this.#options = options;
    this.#session = new NodeSession(url, tls && sessionTls(tls));
    this.#client = clientOver(this.#session, url);
  }

  async ask(
    request: ServeRequest,
    { connect, answer }: { connect: number; answer: number },
  ): Promise<ServeResponse> {
    const until = performance.now() + answer;
    await this.#connect(Math.min(connect, answer));
    const response = await this.#send(request, until - performance.now());
    if (response.sealedAnswer.length !== sealedAnswerLength) throw new NodeFailure(this.site, 'garbage');
    return response;
  }

  async probe(timeout: number): Promise<'ready' | 'not ready'> {
    const { readyUrl } = this.#options;
    const [state, ready] = await Promise.all([
      this.#knock(timeout),
      readyUrl === undefined || isReady(readyUrl, timeout),
    ]);
    return ready ? state : 'not ready';
  }

  /** Other certificates, from the next connection on. */
  renew(tls: NodeTls): void {
    this.#session.renew(sessionTls(tls));
  }

  reset(): void {
    this.#session.abort();
  }

  close(): void {
    this.#closed = true;
    this.#session.abort();
  }

  // A request without a token costs the node next to nothing, and only the vault's service knows how to refuse it.
  async #knock(timeout: number): Promise<'ready' | 'not ready'> {
    const until = performance.now() + timeout;
    await this.#connect(timeout);
    try {
      await this.#send(create(ServeRequestSchema), until - performance.now());
    } catch (error) {
      const said = error instanceof NodeFailure ? error.said : error;
      if (isStrongroomError(said, 'not-authorised', 'malformed')) return 'ready';
      if (isStrongroomError(said, 'unavailable', 'too-many-requests')) return 'not ready';
      throw error;
    }
    throw new NodeFailure(this.site, 'garbage');
  }

  async #connect(timeout: number): Promise<void> {
    if (this.#closed) throw new NodeFailure(this.site, 'unreachable');
    try {
      await this.#session.open(timeout);
    } catch (cause) {
      const late = ConnectError.from(cause).code === Code.DeadlineExceeded;
      throw new NodeFailure(this.site, late ? 'no-connection' : 'unreachable', cause);
    }
  }

  async #send(request: ServeRequest, timeout: number): Promise<ServeResponse> {
    try {
      return await this.#client.serve(request, { timeoutMs: Math.max(1, Math.ceil(timeout)) });
    } catch (error) {
      throw failureOf(this.site, error);
    }
  }
}

function sessionTls({ authority, certificate, key }: NodeTls): SessionTls {
  return { ca: authority, cert: certificate, key };
}

function clientOver(sessionManager: NodeSession, baseUrl: string): Client<typeof VaultService> {
  const transport = createConnectTransport({
    baseUrl,
    httpVersion: '2',
    sessionManager,
    readMaxBytes,
    acceptCompression: [],
  });
  return createClient(VaultService, transport);
}
