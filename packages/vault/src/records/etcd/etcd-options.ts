import { StrongroomError } from '@strongroom/core';
import type { EtcdAccess } from './endpoint.ts';
import type { EtcdFailureCode } from './failure.ts';

/** What a store tells those who count; called from within, so quick and never throwing. */
export interface EtcdObserver {
  /** A write was committed, so long after it was asked for, milliseconds. */
  readonly onCommit?: (milliseconds: number) => void;
  /** An attempt failed at an endpoint; the request may have been served by another one. */
  readonly onError?: (code: EtcdFailureCode, endpoint: string) => void;
  /** Values that were overwritten before a revision are out of etcd's history. */
  readonly onForgotten?: (revision: number) => void;
}

/** Where the cluster is, and how it is asked. */
export interface EtcdStoreOptions extends EtcdAccess {
  /** `https://host:port`, 1 to 16; those of the own site first. */
  readonly endpoints: readonly string[];
  /** Every key begins with it, such as `strongroom/`, 1 to 200 bytes; nothing else may be stored under it. */
  readonly prefix: string;
  /**
   * The only cluster that is believed. Without it, it is the one that answers first: a process that was started again
   * would then take an empty cluster at the same address for its own.
   */
  readonly clusterId?: bigint;
  /** Of one read or write, attempts at several endpoints together, milliseconds; 2000. */
  readonly deadline?: number;
  /** Between two tries of an endpoint that failed, milliseconds; 500. */
  readonly probeEvery?: number;
  /** From an erasing write to the compaction that forgets what was there, milliseconds; 1000. */
  readonly forgetWithin?: number;
  readonly observer?: EtcdObserver;
}

/** Options with everything in them. */
export type CompleteOptions = EtcdStoreOptions &
  Required<Pick<EtcdStoreOptions, 'deadline' | 'probeEvery' | 'forgetWithin' | 'observer'>>;

const mostEndpoints = 16;

/** Fills in what is missing. @throws StrongroomError `wrong-usage` for endpoints that cannot be meant */
export function completeOptions(options: EtcdStoreOptions): CompleteOptions {
  checkEndpoints(options);
  return { deadline: 2000, probeEvery: 500, forgetWithin: 1000, observer: {}, ...options };
}

function checkEndpoints({ endpoints, tls, user }: EtcdStoreOptions): void {
  const different = new Set(endpoints).size === endpoints.length;
  if (endpoints.length === 0 || endpoints.length > mostEndpoints || !different)
    throw wrong(`1 to ${mostEndpoints} different endpoints of etcd are needed.`);
  for (const endpoint of endpoints) {
    const protocol = URL.parse(endpoint)?.protocol;
    if (protocol !== 'https:' && protocol !== 'http:')
      throw wrong(`${endpoint} is no endpoint of etcd: it looks like https://host:2379.`);
    if ((protocol === 'https:') !== (tls !== undefined))
      throw wrong('Endpoints of etcd with https:// need certificates, and those with http:// have none.');
    if (protocol === 'http:' && user !== undefined)
      throw wrong(`A password is not sent to ${endpoint}: only https:// keeps it secret.`);
  }
}

function wrong(why: string): StrongroomError<'wrong-usage'> {
  return new StrongroomError('wrong-usage', { why });
}
