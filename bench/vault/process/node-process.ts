import { toBinary } from '@bufbuild/protobuf';
import { parseVaultNodeConfig, startVaultNode, type VaultNode } from '@strongroom/vault/node';
import { DirectoryVaultSchema } from '@strongroom/wire/vault';
import { pino } from 'pino';
import { cpuSince } from './drive.ts';
import { answer } from './remote.ts';

// A complete vault node: HTTP/2, TLS, limits, metrics. It is asked over its port, and says here what that cost it.

/** What this process can be asked. */
export type NodeHandlers = typeof handlers;

/** A configuration as an operator writes it, and the file that it would be in. */
export interface OpenNode {
  readonly config: object;
  readonly file: string;
}

let node: VaultNode;

const handlers = {
  open: async ({ config, file }: OpenNode): Promise<{ url: string; vault: Uint8Array }> => {
    node = await startVaultNode({
      config: parseVaultNodeConfig(config, file),
      log: pino({ level: 'silent' }),
    });
    return { url: node.url, vault: toBinary(DirectoryVaultSchema, node.vault.describe(1, 'bench')) };
  },
  /** CPU seconds of this process so far. */
  cpu: (): number => cpuSince(),
  close: (): Promise<void> => node.close(),
};

answer(handlers);
