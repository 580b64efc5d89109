import { hkdfSync } from 'node:crypto';
import { fromBinary, toBinary, create } from '@bufbuild/protobuf';
import { encode, randomBytes, StrongroomError, wipe, type Bytes } from '@strongroom/core';
import { generateAkeKeyPair } from '@strongroom/opaque';
import { FleetKeysSchema, type FleetKeys } from '@strongroom/wire/vault';
import { xwingPrivateKey, type XWingPrivateKey } from './hpke/xwing.ts';
import { epochOf } from './hsm/epoch.ts';
import type { Hsm } from './hsm/hsm.ts';
import { isHsmError } from './hsm/hsm-error.ts';
import { Sealer } from './hsm/sealer.ts';
import type { RecordStore } from './records/record-store.ts';

/** The keys that make a vault what it is; all its nodes share them. */
export interface OpenedFleetKeys {
  /** 16 bytes. */
  readonly vaultId: Bytes;
  readonly hpke: XWingPrivateKey;
  readonly akePrivateKey: Bytes;
  readonly akePublicKey: Bytes;
  /** Seals tickets, 32 bytes. */
  readonly ticketKey: Bytes;
  /** Turns accounts into record ids, 32 bytes. */
  readonly recordIdKey: Bytes;
  /** The epoch that these keys are sealed under: the one in use. */
  readonly epoch: number;
}

/** Where they are stored: an id that no account can have, since record ids are outputs of HMAC. */
export const FLEET_KEYS_ID: Bytes = new Uint8Array(32);
const aad = encode('strongroom fleet keys');
const firstEpoch = 1;

/**
 * Opens a vault's keys from its store; makes them on the first start, under the HSM's newest epoch.
 * @throws StrongroomError `wrong-usage` when the store belongs to another HSM key; `hsm` `no-such-epoch` when this HSM
 * does not have the one in use
 */
export async function openFleetKeys(store: RecordStore, hsm: Hsm): Promise<OpenedFleetKeys> {
  const stored = await store.read(FLEET_KEYS_ID);
  if (stored !== undefined) return derive(await unseal(stored.value, hsm), epochOf(stored.value));
  const made = makeFleetKeys();
  const sealer = new Sealer(hsm, await newestEpoch(hsm));
  await store.replace(FLEET_KEYS_ID, await sealer.seal(aad, toBinary(FleetKeysSchema, made)), undefined);
  // Another node may have been first: what is stored counts.
  return openFleetKeys(store, hsm);
}

/** The vault's own keys as they are stored, sealed. @throws Error when the store has none any more */
export async function readFleetKeys(store: RecordStore): Promise<Bytes> {
  const stored = await store.read(FLEET_KEYS_ID);
  if (stored === undefined) throw new Error('the store lost the keys of the vault');
  return stored.value;
}

/** Whether the HSM opens what `readFleetKeys` read. @throws StrongroomError as `openFleetKeys` does */
export async function checkFleetKeys(value: Bytes, hsm: Hsm): Promise<void> {
  const keys = await unseal(value, hsm);
  wipe(keys.fleetKey, keys.hpkeSeed, keys.akePrivateKey);
}

/** The same keys as they are stored, sealed under the epoch in use. @throws StrongroomError `hsm` */
export async function resealFleetKeys(value: Bytes, sealer: Sealer): Promise<Bytes> {
  const plaintext = await sealer.open(aad, value);
  try {
    return await sealer.seal(aad, plaintext);
  } finally {
    wipe(plaintext);
  }
}

// Only a new store asks for it: an HSM without a key is then as new.
async function newestEpoch(hsm: Hsm): Promise<number> {
  const newest = (await hsm.epochs()).at(-1);
  if (newest !== undefined) return newest;
  try {
    await hsm.makeKey(firstEpoch);
  } catch (error) {
    // Made meanwhile, by another process with the same HSM.
    if (!isHsmError(error, 'epoch-exists')) throw error;
  }
  return firstEpoch;
}

async function unseal(value: Bytes, hsm: Hsm): Promise<FleetKeys> {
  try {
    const epoch = epochOf(value);
    return fromBinary(FleetKeysSchema, await new Sealer(hsm, epoch).open(aad, value));
  } catch (cause) {
    if (isHsmError(cause) && cause.details.problem !== 'does-not-open') throw cause;
    const why =
      "The vault's records do not open with this HSM key. Start the vault with the key they were sealed under, or with an empty store.";
    throw new StrongroomError('wrong-usage', { why }, { cause });
  }
}

function makeFleetKeys(): FleetKeys {
  const { privateKey, publicKey } = generateAkeKeyPair();
  return create(FleetKeysSchema, {
    vaultId: randomBytes(16),
    hpkeSeed: randomBytes(32),
    akePrivateKey: privateKey,
    akePublicKey: publicKey,
    fleetKey: randomBytes(32),
  });
}

function derive(keys: FleetKeys, epoch: number): OpenedFleetKeys {
  const opened = {
    epoch,
    vaultId: new Uint8Array(keys.vaultId),
    hpke: xwingPrivateKey(keys.hpkeSeed),
    akePrivateKey: new Uint8Array(keys.akePrivateKey),
    akePublicKey: new Uint8Array(keys.akePublicKey),
    ticketKey: subkey(keys.fleetKey, 'strongroom ticket'),
    recordIdKey: subkey(keys.fleetKey, 'strongroom record id'),
  };
  wipe(keys.fleetKey, keys.hpkeSeed, keys.akePrivateKey);
  return opened;
}

function subkey(fleetKey: Uint8Array, label: string): Bytes {
  return new Uint8Array(hkdfSync('sha256', fleetKey, new Uint8Array(), label, 32));
}
