import { hkdfSync } from 'node:crypto';
import { fromBinary, toBinary, create } from '@bufbuild/protobuf';
import { encode, randomBytes, StrongroomError, wipe, type Bytes } from '@strongroom/core';
import { generateAkeKeyPair } from '@strongroom/opaque';
import { FleetKeysSchema, type FleetKeys } from '@strongroom/wire/vault';
import { xwingPrivateKey, type XWingPrivateKey } from './hpke/xwing.ts';
import type { Hsm } from './hsm/hsm.ts';
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
}

// The one id that no account can have: record ids are outputs of HMAC.
const fleetKeysId = new Uint8Array(32);
const aad = encode('strongroom fleet keys');

/**
 * Opens a vault's keys from its store; makes them on the first start.
 * @throws StrongroomError `wrong-usage` when the store belongs to another HSM key
 */
export async function openFleetKeys(store: RecordStore, hsm: Hsm): Promise<OpenedFleetKeys> {
  const stored = await store.read(fleetKeysId);
  if (stored !== undefined) return derive(await unseal(stored.value, hsm));
  const made = makeFleetKeys();
  await store.replace(fleetKeysId, await hsm.seal(aad, toBinary(FleetKeysSchema, made)), undefined);
  // Another node may have been first: what is stored counts.
  return openFleetKeys(store, hsm);
}

async function unseal(sealed: Bytes, hsm: Hsm): Promise<FleetKeys> {
  try {
    return fromBinary(FleetKeysSchema, await hsm.open(aad, sealed));
  } catch (cause) {
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

function derive(keys: FleetKeys): OpenedFleetKeys {
  const opened = {
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
