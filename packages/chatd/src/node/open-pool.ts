import type { FrontDoorLog } from '../answering.ts';
import type { Span } from '../span.ts';
import { RemoteNode, type NodeTls } from '../vaults/remote-node.ts';
import { VaultPool, type PoolObserver } from '../vaults/vault-pool.ts';
import type { VaultConfig, VaultNodeConfig } from './config/config.ts';

/** A pool and its nodes, by their addresses. */
export interface OpenedPool {
  readonly pool: VaultPool;
  readonly nodes: ReadonlyMap<string, RemoteNode>;
}

/** The pool of a vault's nodes; it is not started. */
export function openPool(
  { nodes }: VaultConfig,
  { observer, log, span }: { observer: PoolObserver; log: FrontDoorLog; span: Span },
): OpenedPool {
  const opened = new Map(nodes.map((node) => [node.url, openNode(node)]));
  const pool = new VaultPool([...opened.values()], {
    observer: { ...observer, onState: (site, state) => log.info({ site, state }, 'vault node') },
    span,
  });
  return { pool, nodes: opened };
}

/** The certificates of a node as it takes them. */
export function nodeTls({ tls }: VaultNodeConfig): NodeTls | undefined {
  return tls && { authority: tls.authority, certificate: tls.certificate, key: tls.key.reveal() };
}

function openNode(config: VaultNodeConfig): RemoteNode {
  const { site, url, readyUrl } = config;
  const tls = nodeTls(config);
  return new RemoteNode({ site, url, ...(readyUrl !== undefined && { readyUrl }), ...(tls && { tls }) });
}
