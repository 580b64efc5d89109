import { setTimeout as pause } from 'node:timers/promises';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import type { Hsm } from '../hsm/hsm.ts';
import { isHsmError } from '../hsm/hsm-error.ts';
import { openPkcs11Hsm } from '../hsm/pkcs11/pkcs11-hsm.ts';
import { openSoftwareHsm } from '../hsm/software/software-hsm.ts';
import type { EtcdAccess } from '../records/etcd/endpoint.ts';
import { EtcdStore } from '../records/etcd/etcd-store.ts';
import type { RecordStore } from '../records/record-store.ts';
import { SqliteStore } from '../records/sqlite-store.ts';
import type { EtcdStoreConfig, VaultNodeConfig } from './config/config.ts';

/** Opens the store that a configuration names. @throws StrongroomError `wrong-usage` when it cannot be opened */
export function openStore(
  { store }: Pick<VaultNodeConfig, 'store'>,
  onEtcdError: (code: string) => void,
): RecordStore {
  if (store.kind === 'sqlite') return openSqlite(store.path);
  const { endpoints, prefix, clusterId } = store;
  return new EtcdStore({
    endpoints,
    prefix,
    ...(clusterId !== undefined && { clusterId }),
    ...etcdAccess(store),
    observer: { onError: onEtcdError },
  });
}

/** Who asks etcd. */
export function etcdAccess({ tls, user }: EtcdStoreConfig): EtcdAccess {
  return { ...(tls && { tls }), ...(user && { user }) };
}

/**
 * What to tell the operator when every attempt failed although a cluster answered: it is not the one that is expected.
 */
export function otherCluster(cause: unknown): StrongroomError<'wrong-usage'> {
  const why =
    'Another etcd cluster answers than "store.clusterId" names: perhaps an empty one at the same address. This node does not begin anew with it, for guesses would count from zero. Bring members of the right cluster back, with their disks. If they are lost for good, see "Disaster" in docs/operating.md.';
  return new StrongroomError('wrong-usage', { why }, { cause });
}

/** Opens the HSM that a configuration names. @throws StrongroomError `hsm`, `wrong-usage` */
export async function openHsm({ hsm }: Pick<VaultNodeConfig, 'hsm'>): Promise<Hsm> {
  if (hsm.kind === 'software') return openSoftwareHsm(hsm.folder);
  const { module, token, pinFile, sessions } = hsm;
  return openPkcs11Hsm({ module, token, pinFile, ...(sessions !== undefined && { sessions }) });
}

// Between two tries, milliseconds.
const shortestWait = 250;
const longestWait = 5000;

/** How long a start is tried. */
export interface Patience {
  /** Milliseconds in all. */
  readonly within: number;
  readonly signal: AbortSignal | undefined;
  readonly onWait: (error: unknown) => void;
}

/**
 * Does something again until what it needs is there: after a power failure a node is often up before its store.
 * @throws what it threw last; what cannot be helped by waiting at once; `cancelled` when the signal is aborted
 */
export async function patiently<T>(run: () => Promise<T>, patience: Patience): Promise<T> {
  const { within, signal, onWait } = patience;
  const until = performance.now() + within;
  for (let wait = shortestWait; ; wait = Math.min(2 * wait, longestWait)) {
    try {
      if (signal?.aborted) throw new StrongroomError('cancelled', {});
      return await run();
    } catch (error) {
      if (!isPassing(error) || performance.now() + wait > until) throw error;
      onWait(error);
    }
    await pause(wait, undefined, { signal }).catch(() => undefined);
  }
}

function isPassing(error: unknown): boolean {
  return isStrongroomError(error, 'unavailable') || isHsmError(error, 'unavailable');
}

function openSqlite(path: string): RecordStore {
  try {
    return new SqliteStore(path);
  } catch (cause) {
    const why = `The records in ${path} cannot be opened: the folder must be there, and the file a database that can be written.`;
    throw new StrongroomError('wrong-usage', { why }, { cause });
  }
}
