import { Secret } from '@strongroom/core';
import {
  openPkcs11Hsm,
  openSoftwareHsm,
  SqliteStore,
  type Hsm,
  type Pkcs11Options,
  type RecordStore,
} from '@strongroom/vault';
import { EtcdStore, type EtcdStoreOptions } from '@strongroom/vault/etcd';

/** Where a vault's records are; can be told to another process. */
export type StorePlace =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'etcd'; readonly etcd: EtcdPlace };

/** Which HSM a vault has; can be told to another process. */
export type HsmPlace =
  | { readonly kind: 'software'; readonly folder: string }
  | { readonly kind: 'softhsm'; readonly token: Pkcs11Options };

/** A cluster with its secrets in the clear: they are the benchmark's own, and are gone with it. */
export interface EtcdPlace {
  readonly endpoints: readonly string[];
  readonly prefix: string;
  readonly user: string;
  readonly password: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

export function openStore(place: StorePlace): RecordStore {
  return place.kind === 'sqlite' ? new SqliteStore(place.path) : new EtcdStore(etcdOptions(place.etcd));
}

export async function openHsm(place: HsmPlace): Promise<Hsm> {
  return place.kind === 'software' ? openSoftwareHsm(place.folder) : openPkcs11Hsm(place.token);
}

/** What can be told to another process of a cluster's options. */
export function etcdPlace({ endpoints, prefix, user, tls }: EtcdStoreOptions): EtcdPlace {
  const { authority, certificate, key } = tls!;
  const { name, password } = user!;
  return {
    endpoints,
    prefix,
    user: name,
    password: password.reveal(),
    authority,
    certificate,
    key: key.reveal(),
  };
}

/** The options again. */
export function etcdOptions(place: EtcdPlace): EtcdStoreOptions {
  const { endpoints, prefix, user, password, authority, certificate, key } = place;
  return {
    endpoints,
    prefix,
    user: { name: user, password: new Secret(password) },
    tls: { authority, certificate, key: new Secret(key) },
  };
}
