import { FleetOperator, type Hsm, type RecordStore } from '@strongroom/vault';
import { openHsm, openStore, readVaultNodeConfig, type VaultNodeConfig } from '@strongroom/vault/node';

/** A vault node as its operator has it: its HSM and store, whether or not its process runs. */
export interface OperatedNode {
  readonly config: VaultNodeConfig;
  readonly hsm: Hsm;
  readonly store: RecordStore;
  readonly operator: FleetOperator;
}

/** Opens what a node's configuration names, and lets go of it afterwards. @throws StrongroomError `wrong-usage`, `hsm` */
export async function withNode<T>(configFile: string, work: (node: OperatedNode) => Promise<T>): Promise<T> {
  const config = readVaultNodeConfig(configFile);
  const hsm = await openHsm(config);
  try {
    const store = openStore(config, () => undefined);
    try {
      return await work({ config, hsm, store, operator: new FleetOperator({ store, hsm }) });
    } finally {
      await store.close();
    }
  } finally {
    await hsm.close();
  }
}
