import type { HsmKind, StoreKind } from './options.ts';

// What contenders are called in reports.

const stores: Readonly<Record<StoreKind, string>> = { sqlite: 'SQLite', etcd: 'etcd' };
const hsms: Readonly<Record<HsmKind, string>> = { software: 'software HSM', softhsm: 'SoftHSM' };

/** A vault that is called in its process. */
export function nameOf(store: StoreKind, hsm: HsmKind, records: number): string {
  return `${stores[store]}, ${hsms[hsm]}, ${inWords(records)}`;
}

/** A complete node. */
export function nodeName(records: number): string {
  return `complete node (HTTP/2, TLS), ${nameOf('sqlite', 'software', records)}`;
}

/** Transactions of a cluster. */
export function transactionsName(records: number): string {
  return `etcd, a bare transaction, ${inWords(records)}`;
}

function inWords(records: number): string {
  return `${records.toLocaleString('en')} records`;
}
