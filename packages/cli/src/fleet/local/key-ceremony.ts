import { fromBinary } from '@bufbuild/protobuf';
import { toHex, type Secret } from '@strongroom/core';
import { openDirectory } from '@strongroom/protocol';
import { FleetOperator, type Hsm, type NodeId, type RecordStore } from '@strongroom/vault';
import { openHsm, openStore, readVaultNodeConfig } from '@strongroom/vault/node';
import { SignedDirectorySchema, type DirectoryVault } from '@strongroom/wire/vault';
import { openDirectoryFile, openSigningKey } from '../../up/server-keys.ts';
import { patiently } from '../patiently.ts';
import type { Layout } from './layout.ts';

/** A site's HSM and store, and what its operator does with them. */
interface OpenSite {
  readonly site: string;
  readonly hsm: Hsm;
  readonly store: RecordStore;
  readonly operator: FleetOperator;
}

/** What came of a ceremony. */
export interface CeremonyResult {
  /** Hex. */
  readonly vaultId: string;
  /** Those that wait for their keys, by site. */
  readonly waiting: ReadonlyMap<string, NodeId>;
}

/**
 * The key ceremony of a fleet whose sites are all here, so that nobody has to compare codes: every HSM trusts every
 * other one, the first makes the first key, and all are entered. A second time is fine.
 * @param officer the PIN of a site's security officer, where HSMs have one
 */
export async function holdCeremony(
  layout: Layout,
  sites: readonly string[],
  officer: (site: string) => Secret<string> | undefined,
): Promise<CeremonyResult> {
  return withSites(layout, sites, async (opened) => {
    const [first, ...others] = opened;
    await trustEachOther(opened, officer);
    const { vaultId } = await patiently(() => first!.operator.init(first!.site));
    const waiting = new Map<string, NodeId>();
    for (const { site, hsm } of others) {
      const key = await hsm.transportKey();
      const { id } = await patiently(() => first!.operator.addNode(key, site));
      waiting.set(site, id);
    }
    await writeDirectory(layout, await patiently(() => first!.operator.describe(1, 'this machine')));
    return { vaultId: toHex(vaultId), waiting };
  });
}

/** Hands the keys of the first site to the others, whose nodes run by now. */
export async function handOver(
  layout: Layout,
  first: string,
  waiting: readonly NodeId[],
  signal?: AbortSignal,
): Promise<void> {
  await withSites(layout, [first], async ([site]) => {
    for (const id of waiting)
      await patiently(() => site!.operator.handOver(id, { every: handOverEvery, ...(signal && { signal }) }));
  });
}

/** SHA-256 of the list of vaults, hex. */
export async function directoryHash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return (await openDirectory(fromBinary(SignedDirectorySchema, bytes), null)).sha256;
}

const handOverEvery = 100;

async function trustEachOther(
  sites: readonly OpenSite[],
  officer: (site: string) => Secret<string> | undefined,
): Promise<void> {
  for (const { site, hsm } of sites)
    for (const peer of sites)
      if (peer.site !== site) await hsm.trust(await peer.hsm.transportKey(), officer(site));
}

async function writeDirectory(layout: Layout, vault: DirectoryVault): Promise<void> {
  await openDirectoryFile(layout.directory, 1, [vault], await openSigningKey(layout.directoryKey));
}

async function withSites<T>(
  layout: Layout,
  sites: readonly string[],
  work: (opened: readonly OpenSite[]) => Promise<T>,
): Promise<T> {
  const opened: OpenSite[] = [];
  try {
    for (const site of sites) opened.push(await openSite(layout, site));
    return await work(opened);
  } finally {
    for (const { store, hsm } of opened) await Promise.all([store.close(), hsm.close()]);
  }
}

async function openSite(layout: Layout, site: string): Promise<OpenSite> {
  const config = readVaultNodeConfig(layout.vaultConfig(site));
  const hsm = await openHsm(config);
  const store = openStore(config, () => undefined);
  return { site, hsm, store, operator: new FleetOperator({ store, hsm }) };
}
