import { StrongroomError } from '@strongroom/core';
import { storeUnavailable } from '../store-errors.ts';
import {
  Endpoint,
  type AskedEndpoint,
  type EtcdAccess,
  type EtcdRequest,
  type EtcdResponse,
} from './endpoint.ts';
import type { CompleteOptions } from './etcd-options.ts';
import { Failover } from './failover.ts';
import { EtcdFailure } from './failure.ts';
import { Health } from './health.ts';

// Defragmentation copies the database, milliseconds.
const defragmentationDeadline = 600_000;

/** Whether requests are sent to an endpoint at the moment. */
export interface EndpointHealth {
  readonly endpoint: string;
  readonly well: boolean;
}

/** What is unusual about a request. */
export interface AskOptions {
  /** Of all attempts together, milliseconds; the store's. */
  readonly deadline?: number;
  /** Hears of every attempt that failed. */
  readonly onFailure?: (failure: EtcdFailure) => void;
}

/** The cluster as one thing that is asked: endpoints, which of them are well, and who counts what fails. */
export class EtcdClient {
  readonly #options: CompleteOptions;
  #access: EtcdAccess;
  readonly #endpoints: readonly Endpoint[];
  readonly #health: Health;
  readonly #failover: Failover;
  readonly #cluster: KnownCluster;
  #defragmented: Promise<unknown> = Promise.resolve();

  /** @param probe succeeds at a member alone that is one of a majority */
  constructor(options: CompleteOptions, probe: EtcdRequest<EtcdResponse>) {
    this.#options = options;
    this.#access = options;
    this.#cluster = new KnownCluster(options.clusterId);
    this.#endpoints = options.endpoints.map((url) => this.#newEndpoint(url));
    this.#health = new Health({ probe, timeout: options.deadline / 2, every: options.probeEvery });
    this.#failover = new Failover(this.#endpoints, this.#health);
  }

  /** Asks one endpoint after the other until one answers. @throws EtcdFailure of the last attempt */
  ask<R extends EtcdResponse>(request: EtcdRequest<R>, options: AskOptions = {}): Promise<R> {
    const { deadline = this.#options.deadline } = options;
    const onFailure = (failure: EtcdFailure, { url }: AskedEndpoint): void => {
      options.onFailure?.(failure);
      this.#options.observer.onError?.(failure.code, url);
    };
    return this.#failover.ask(request, { deadline, onFailure });
  }

  /**
   * Defragments one member, after those that were asked for before.
   * @throws StrongroomError `not-authorised` for a user other than root, `unavailable`
   */
  async defragment(url: string): Promise<void> {
    const member = this.#endpoints.find((endpoint) => endpoint.url === url);
    if (member === undefined) throw new RangeError(`${url} is no endpoint of this store`);
    const defragmented = this.#defragmented.then(() => this.#defragment(member));
    this.#defragmented = defragmented.catch(() => {});
    return defragmented;
  }

  /** The id of the cluster that answered; `undefined` before the first answer, unless it was given. */
  get clusterId(): bigint | undefined {
    return this.#cluster.id;
  }

  /** Another certificate or password, from the next connection and the next token on. */
  renew(access: EtcdAccess): void {
    this.#access = access;
    for (const endpoint of this.#endpoints) endpoint.renew(access);
  }

  health(): readonly EndpointHealth[] {
    return this.#endpoints.map((endpoint) => ({
      endpoint: endpoint.url,
      well: this.#health.isWell(endpoint),
    }));
  }

  close(): void {
    this.#health.close();
    for (const endpoint of this.#endpoints) endpoint.close();
  }

  async #defragment(member: Endpoint): Promise<void> {
    this.#health.fails(member);
    // A connection of its own: the other one is ended when nothing comes back for long.
    const endpoint = this.#newEndpoint(member.url);
    try {
      await endpoint.ask(
        ({ maintenance }, options) => maintenance.defragment({}, options),
        defragmentationDeadline,
      );
    } catch (error) {
      throw forOperator(error);
    } finally {
      endpoint.close();
    }
  }

  #newEndpoint(url: string): Endpoint {
    return new Endpoint(url, this.#access, (clusterId) => this.#cluster.check(clusterId));
  }
}

// Who talks to two clusters at once would read from one what it wrote to the other.
class KnownCluster {
  #id: bigint | undefined;
  readonly #from: string;

  constructor(expected: bigint | undefined) {
    this.#id = expected;
    this.#from = expected === undefined ? 'which answered first' : 'which is expected';
  }

  get id(): bigint | undefined {
    return this.#id;
  }

  check(clusterId: bigint): void {
    this.#id ??= clusterId;
    if (clusterId !== this.#id)
      throw new Error(`cluster ${clusterIdText(clusterId)} is not ${clusterIdText(this.#id)}, ${this.#from}`);
  }
}

/** The id of a cluster as etcd's own log has it: hexadecimal digits. */
export function clusterIdText(id: bigint): string {
  return id.toString(16);
}

function forOperator(error: unknown): StrongroomError {
  if (!(error instanceof EtcdFailure && error.code === 'not-permitted')) return storeUnavailable(error);
  const why = 'etcd lets its user root alone do this';
  return new StrongroomError('not-authorised', { why }, { cause: error });
}
