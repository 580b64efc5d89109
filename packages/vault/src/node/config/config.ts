import type { ListenConfig } from '@strongroom/core/node';
import type { Secret } from '@strongroom/core';
import type { FrontDoorKeys } from '@strongroom/protocol';
import type { Policy } from '@strongroom/wire/vault';

/** Who the node is to its front doors, and who signs theirs: PEM texts. */
export interface TlsConfig {
  readonly certificate: string;
  readonly key: Secret<string>;
  readonly clientAuthority: string;
}

export interface SqliteStoreConfig {
  readonly kind: 'sqlite';
  readonly path: string;
}

export interface EtcdStoreConfig {
  readonly kind: 'etcd';
  /** Those of the own site first. */
  readonly endpoints: readonly string[];
  readonly prefix: string;
  /** The only cluster that is believed; `undefined`: the one that answers first. */
  readonly clusterId: bigint | undefined;
  /** PEM texts; none for plain HTTP on this machine. */
  readonly tls:
    | { readonly authority: string; readonly certificate: string; readonly key: Secret<string> }
    | undefined;
  readonly user: { readonly name: string; readonly password: Secret<string> } | undefined;
}

export interface SoftwareHsmConfig {
  readonly kind: 'software';
  readonly folder: string;
}

export interface Pkcs11HsmConfig {
  readonly kind: 'pkcs11';
  /** The library that the token's maker gives for it. */
  readonly module: string;
  readonly token: { readonly label: string } | { readonly serial: string };
  readonly pinFile: string;
  readonly sessions: number | undefined;
}

/** How much a node takes on. Times in milliseconds. */
export interface LimitsConfig {
  /** The largest message that is read. */
  readonly requestBytes: number;
  /** Requests that are served at once. */
  readonly concurrency: number;
  /** Requests that wait for their turn. */
  readonly queue: number;
  readonly connections: number;
  /** Of one request, from when it was read to the answer. */
  readonly deadline: number;
  /** Of a whole tenant, a second, at this node. */
  readonly perTenantPerSecond: number;
  /** Guesses that were not finished with the right password, at this node. */
  readonly failedBeginsPerTenantPerHour: number;
  /** How long requests under way may take to end when the node stops. */
  readonly drain: number;
}

/** What a vault node is told by its configuration file: read, checked, complete. */
export interface VaultNodeConfig {
  /** The data center's name, for logs and metrics. */
  readonly site: string;
  readonly listen: ListenConfig;
  readonly admin: ListenConfig;
  readonly tls: TlsConfig | undefined;
  readonly store: SqliteStoreConfig | EtcdStoreConfig;
  readonly hsm: SoftwareHsmConfig | Pkcs11HsmConfig;
  readonly frontDoors: FrontDoorKeys;
  readonly policy: Policy;
  readonly limits: LimitsConfig;
}
