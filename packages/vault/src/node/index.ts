export type * from './config/config.ts';
export { parseVaultNodeConfig, readVaultNodeConfig } from './config/read-config.ts';
export { openHsm, openStore } from './open-parts.ts';
export { startVaultNode, type VaultNode, type VaultNodeOptions } from './vault-node.ts';
