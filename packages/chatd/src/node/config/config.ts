import type { ListenConfig } from '@strongroom/core/node';
import type { Secret } from '@strongroom/core';
import type { LimitFigures } from '../../limits/limits.ts';

/** Who the front door is to its callers: PEM texts. */
export interface TlsConfig {
  readonly certificate: string;
  readonly key: Secret<string>;
}

/** One node of a vault. */
export interface VaultNodeConfig {
  /** For logs and metrics. */
  readonly site: string;
  readonly url: string;
  /** Its `/readyz`; none: it counts as ready when it answers. */
  readonly readyUrl: string | undefined;
  /** Who signs its certificate, and who the front door is to it: PEM texts. None on this machine. */
  readonly tls:
    | { readonly authority: string; readonly certificate: string; readonly key: Secret<string> }
    | undefined;
}

/** One logical vault. */
export interface VaultConfig {
  /** 32 lower-case hexadecimal digits. */
  readonly vaultId: string;
  /** The nearest first. */
  readonly nodes: readonly VaultNodeConfig[];
}

/** How codes reach people who try it out: on the operator's terminal, or in a file that only its owner reads. */
export type CodesConfig = { readonly kind: 'log' } | { readonly kind: 'file'; readonly path: string };

/** How much the front door takes on. Times in milliseconds. */
export interface LimitsConfig extends LimitFigures {
  /** The largest request that is read. */
  readonly requestBytes: number;
  /** Until a caller must have sent its whole request. */
  readonly requestTimeout: number;
  readonly connections: number;
  /** Streams of security events at once, a connection each. */
  readonly eventStreams: number;
  /** How long it is said that the front door stops, before it does: for balancers to look elsewhere. */
  readonly notice: number;
  /** How long requests under way may take to end then. */
  readonly drain: number;
}

/** What a front door is told by its configuration file: read, checked, complete. */
export interface FrontDoorConfig {
  readonly listen: ListenConfig;
  readonly admin: ListenConfig;
  readonly tls: TlsConfig | undefined;
  /** Addresses or networks of balancers, whose word for a caller's address is taken. */
  readonly trustedProxies: readonly string[];
  /** A SQLite file; front doors on one machine may share it. */
  readonly database: string;
  readonly tenant: string;
  /** Holds the seed of the key that signs account tokens. */
  readonly tokenKeyFile: string;
  /** Holds a serialized SignedDirectory. */
  readonly directoryFile: string;
  readonly vaults: readonly VaultConfig[];
  readonly codes: CodesConfig;
  /** The folder of a built-in cloud; none: no cloud. */
  readonly cloud: string | undefined;
  readonly limits: LimitsConfig;
}
