import { setTimeout as pause } from 'node:timers/promises';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import type { Hsm } from '../hsm/hsm.ts';
import { isHsmError } from '../hsm/hsm-error.ts';
import { openPkcs11Hsm } from '../hsm/pkcs11/pkcs11-hsm.ts';
import { openSoftwareHsm } from '../hsm/software/software-hsm.ts';
import { EtcdStore } from '../records/etcd/etcd-store.ts';
import type { RecordStore } from '../records/record-store.ts';
import { SqliteStore } from '../records/sqlite-store.ts';
import type { VaultNodeConfig } from './config/config.ts';

/** Opens the store that a configuration names. @throws StrongroomError `wrong-usage` when it cannot be opened */
export function openStore(
  { store }: Pick<VaultNodeConfig, 'store'>,
  onEtcdError: (code: string) => void,
): RecordStore {
  if (store.kind === 'sqlite') return openSqlite(store.path);
  const { endpoints, prefix, tls, user } = store;
  return new EtcdStore({
    endpoints,
    prefix,
    ...(tls && { tls }),
    ...(user && { user }),
    observer: { onError: onEtcdError },
  });
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
