/** What was measured of a contender. */
export type Kind =
  /** The server's first login step of opaque-ke. */
  | 'step'
  /** A transaction of etcd. */
  | 'transaction'
  /** Begin and Finish. */
  | 'retrieval'
  /** The Describe before them. */
  | 'describe'
  /** Describe, Propose and Commit. */
  | 'registration'
  /** Describe, Begin and Finish, one at a time: how long it takes. */
  | 'alone'
  /** The same when the system has read nothing of the records before. */
  | 'cold';

/** What a contender did in one turn. */
export interface Sample {
  readonly contender: string;
  readonly kind: Kind;
  /** From 1. */
  readonly round: number;
  /** How many of them. */
  readonly count: number;
  /** By the clock. */
  readonly seconds: number;
  /** Of the process that served, in user and kernel mode. */
  readonly cpuSeconds: number;
  /** Of each, milliseconds. */
  readonly latencies: readonly number[];
}

/** How much is done in a turn. */
export interface Effort {
  /** How long it serves in a turn, seconds. */
  readonly seconds: number;
  /** Requests that are prepared together. */
  readonly batch: number;
  /** Served at once, but where latency is measured. */
  readonly inFlight: number;
  /** Retrievals whose latency is measured in a turn, and as many with nothing read before. */
  readonly alone: number;
}

/** Somebody who takes turns with others. */
export interface Contender {
  readonly name: string;
  readonly turn: (round: number) => Promise<readonly Sample[]>;
  /** Where the time goes of what it serves after the last round: CPU profiles as JSON. */
  readonly profile?: () => Promise<string>;
  readonly close: () => Promise<void>;
}
