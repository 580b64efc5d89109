export * from './certificates.ts';
export * from './connection.ts';
export type { EtcdAccess, EtcdUser } from './endpoint.ts';
export type { EndpointHealth } from './etcd-client.ts';
export type { EtcdObserver, EtcdStoreOptions } from './etcd-options.ts';
export * from './etcd-store.ts';
export { EtcdFailure, type EtcdFailureCode } from './failure.ts';
export * from './member.ts';
export * from './provision.ts';
