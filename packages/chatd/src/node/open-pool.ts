import type { FrontDoorLog } from '../answering.ts';
import type { Span } from '../span.ts';
import { RemoteNode } from '../vaults/remote-node.ts';
import { VaultPool, type PoolObserver } from '../vaults/vault-pool.ts';
import type { VaultConfig, VaultNodeConfig } from './config/config.ts';

/** The pool of a vault's nodes; it is not started. */
export function openPool(
  { nodes }: VaultConfig,
  { observer, log, span }: { observer: PoolObserver; log: FrontDoorLog; span: Span },
): VaultPool {
  return new VaultPool(nodes.map(openNode), {
    observer: { ...observer, onState: (site, state) => log.info({ site, state }, 'vault node') },
    span,
  });
}

function openNode({ site, url, readyUrl, tls }: VaultNodeConfig): RemoteNode {
  return new RemoteNode({
    site,
    url,
    ...(readyUrl !== undefined && { readyUrl }),
    ...(tls && {
      tls: { authority: tls.authority, certificate: tls.certificate, key: tls.key.reveal() },
    }),
  });
}
