import type { CallOptions } from '@connectrpc/connect';
import type { Secret } from '@strongroom/core';
import type { StatusResponse } from '@strongroom/wire/etcd';
import { EtcdConnection, type EtcdTls } from '../records/etcd/connection.ts';
import { until } from './until.ts';

/** Asks one member of a cluster, each time over a connection of its own. */
export class EtcdOperator {
  readonly #tls: EtcdTls;
  readonly #rootPassword: Secret<string>;

  constructor(tls: EtcdTls, rootPassword: Secret<string>) {
    this.#tls = tls;
    this.#rootPassword = rootPassword;
  }

  /** Asks as etcd's user root. */
  asRoot<T>(
    endpoint: string,
    request: (connection: EtcdConnection, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    return this.#connected(endpoint, async (connection) => {
      const headers = { token: await this.#token(connection) };
      return request(connection, { headers, timeoutMs: 5000 });
    });
  }

  /** What a member says of itself, if it says anything. */
  async status(endpoint: string): Promise<StatusResponse | undefined> {
    try {
      return await this.#connected(endpoint, ({ maintenance }) =>
        maintenance.status({}, { timeoutMs: 1000 }),
      );
    } catch {
      return undefined;
    }
  }

  /** Whether a member takes itself for the leader. */
  async leads(endpoint: string): Promise<boolean> {
    const status = await this.status(endpoint);
    return status !== undefined && status.leader !== 0n && status.leader === status.header?.memberId;
  }

  #token({ auth }: EtcdConnection): Promise<string> {
    const credentials = { name: 'root', password: this.#rootPassword.reveal() };
    return until('a token', async () => {
      const answer = auth.authenticate(credentials, { timeoutMs: 1000 });
      return (await answer.catch(() => undefined))?.token;
    });
  }

  async #connected<T>(endpoint: string, use: (connection: EtcdConnection) => Promise<T>): Promise<T> {
    const connection = new EtcdConnection(endpoint, this.#tls);
    try {
      return await use(connection);
    } finally {
      connection.close();
    }
  }
}
