import type { CallOptions } from '@connectrpc/connect';
import type { Secret } from '@strongroom/core';
import type { ResponseHeader } from '@strongroom/wire/etcd';
import { EtcdConnection, type EtcdTls } from './connection.ts';
import { EtcdFailure, failureBefore, failureOf } from './failure.ts';

/** A user of etcd's. */
export interface EtcdUser {
  readonly name: string;
  readonly password: Secret<string>;
}

/** How etcd is asked: who it is, and who asks. */
export interface EtcdAccess {
  readonly tls?: EtcdTls;
  readonly user?: EtcdUser;
}

/** What etcd answers always says from which cluster it comes. */
export interface EtcdResponse {
  readonly header?: ResponseHeader | undefined;
}

/** One request over one connection. */
export type EtcdRequest<R extends EtcdResponse> = (
  connection: EtcdConnection,
  options: CallOptions,
) => Promise<R>;

/** Sees the answer's cluster. @throws Error when it is not the one that others answered from */
export type ClusterCheck = (clusterId: bigint) => void;

// A member that knows of no leader is to say so at once, rather than to wait for one.
const requireLeader = { hasleader: 'true' };

/** What an endpoint is for those who choose among several. */
export interface AskedEndpoint {
  readonly url: string;
  /** Asks once. @param timeout milliseconds @throws EtcdFailure */
  ask<R extends EtcdResponse>(request: EtcdRequest<R>, timeout: number): Promise<R>;
  /** Ends the connection: the next request makes a new one. */
  reset(): void;
}

/** One member of the cluster as it is reached from here: connection, token, one attempt at a time. */
export class Endpoint implements AskedEndpoint {
  readonly url: string;
  #access: EtcdAccess;
  readonly #sameCluster: ClusterCheck;
  #connection: EtcdConnection;
  #token: Promise<string> | undefined;

  constructor(url: string, access: EtcdAccess, sameCluster: ClusterCheck) {
    this.url = url;
    this.#access = access;
    this.#sameCluster = sameCluster;
    this.#connection = new EtcdConnection(url, access.tls);
  }

  /**
   * Asks once; a token that is no longer good is renewed.
   * @param timeout of all of it, milliseconds
   * @throws EtcdFailure
   */
  async ask<R extends EtcdResponse>(request: EtcdRequest<R>, timeout: number): Promise<R> {
    const until = performance.now() + timeout;
    const connection = this.#living();
    await this.#open(connection, until);
    try {
      return await this.#send(connection, request, until);
    } catch (error) {
      if (!(error instanceof EtcdFailure && error.code === 'stale-token')) throw error;
      return await this.#send(connection, request, until);
    }
  }

  /** From the next connection on, and the next token. */
  renew(access: EtcdAccess): void {
    this.#access = access;
  }

  /** Ends the connection: the next request makes a new one. */
  reset(): void {
    this.#connection.close();
    this.#connection = new EtcdConnection(this.url, this.#access.tls);
  }

  close(): void {
    this.#connection.close();
  }

  #living(): EtcdConnection {
    if (this.#connection.ended) this.reset();
    return this.#connection;
  }

  async #open(connection: EtcdConnection, until: number): Promise<void> {
    try {
      await connection.open(left(until));
    } catch (cause) {
      // Where nothing answers the knock, the next one must not wait for it.
      if (connection === this.#connection) this.reset();
      throw new EtcdFailure(this.url, { code: 'unreachable', unapplied: true, retry: true }, cause);
    }
  }

  async #send<R extends EtcdResponse>(
    connection: EtcdConnection,
    request: EtcdRequest<R>,
    until: number,
  ): Promise<R> {
    const token = this.#currentToken(connection, until);
    const headers = { ...requireLeader, ...(token && { token: await this.#got(token) }) };
    try {
      const response = await request(connection, { headers, timeoutMs: left(until) });
      this.#checkCluster(response);
      return response;
    } catch (error) {
      const failure = failureOf(this.url, error);
      if (failure.code === 'stale-token') this.#forget(token);
      throw failure;
    }
  }

  #currentToken(connection: EtcdConnection, until: number): Promise<string> | undefined {
    const { user } = this.#access;
    if (user !== undefined) this.#token ??= this.#newToken(connection, user, until);
    return this.#token;
  }

  async #got(token: Promise<string>): Promise<string> {
    try {
      return await token;
    } catch (error) {
      this.#forget(token);
      throw failureBefore(this.url, error);
    }
  }

  // Another request may have got a new one meanwhile: that one stays.
  #forget(token: Promise<string> | undefined): void {
    if (this.#token === token) this.#token = undefined;
  }

  async #newToken(connection: EtcdConnection, user: EtcdUser, until: number): Promise<string> {
    const credentials = { name: user.name, password: user.password.reveal() };
    const options = { headers: requireLeader, timeoutMs: left(until) };
    const response = await connection.auth.authenticate(credentials, options);
    this.#checkCluster(response);
    return response.token;
  }

  #checkCluster({ header }: EtcdResponse): void {
    if (header === undefined) return;
    try {
      this.#sameCluster(header.clusterId);
    } catch (cause) {
      throw new EtcdFailure(this.url, { code: 'other-cluster', unapplied: false, retry: true }, cause);
    }
  }
}

function left(until: number): number {
  return Math.max(1, Math.ceil(until - performance.now()));
}
