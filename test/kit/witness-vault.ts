import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fromBinary } from '@bufbuild/protobuf';
import { encode, os2ip, type Bytes } from '@strongroom/core';
import { unpad } from '@strongroom/protocol';
import { openSoftwareHsm, type Hsm } from '@strongroom/vault';
import {
  FleetKeysSchema,
  ProposeKeysSchema,
  RecordSchema,
  type FleetKeys,
  type ProposeKeys,
  type Record as VaultRecord,
} from '@strongroom/wire/vault';

/** All that a vault keeps, opened. */
export interface VaultContents {
  readonly fleetKeys: FleetKeys;
  /** None before the vault was asked for the first time. */
  readonly proposeKeys: ProposeKeys | undefined;
  readonly records: readonly VaultRecord[];
}

const fleetKeysId = new Uint8Array(32);
const proposeKeysId = new Uint8Array(32).fill(1);

/** Opens a copy of a vault's folder with its own HSM key, as only the vault can. */
export async function openVaultContents(folder: string): Promise<VaultContents> {
  const copy = await mkdtemp(join(tmpdir(), 'strongroom-witness-'));
  try {
    await cp(folder, copy, { recursive: true });
    return await read(copy);
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function read(folder: string): Promise<VaultContents> {
  const hsm = openSoftwareHsm(join(folder, 'hsm'));
  const database = new DatabaseSync(join(folder, 'records.db'));
  const rows = database.prepare('SELECT id, value FROM record').all() as { id: Bytes; value: Bytes }[];
  database.close();
  const valueOf = (id: Uint8Array): Bytes | undefined => rows.find((row) => isSame(row.id, id))?.value;
  const fleetKeys = fromBinary(
    FleetKeysSchema,
    await open(hsm, encode('strongroom fleet keys'), valueOf(fleetKeysId)!),
  );
  const stored = valueOf(proposeKeysId);
  const proposeKeys =
    stored && fromBinary(ProposeKeysSchema, await open(hsm, encode('strongroom propose keys'), stored));
  const sealed = rows.filter(({ id }) => !isSame(id, fleetKeysId) && !isSame(id, proposeKeysId));
  const records = sealed.map(({ id, value }) => openRecord(hsm, fleetKeys, id, value));
  return { fleetKeys, proposeKeys, records: await Promise.all(records) };
}

async function openRecord(hsm: Hsm, { vaultId }: FleetKeys, id: Bytes, value: Bytes): Promise<VaultRecord> {
  const sequence = value.subarray(4, 10);
  if (os2ip(sequence) === 0) throw new Error('a record without a number');
  const plaintext = await open(hsm, encode(vaultId, id, sequence), value, sequence.length);
  return fromBinary(RecordSchema, unpad(plaintext));
}

/** The epoch is in the first 4 bytes, then what is in the clear. */
function open(hsm: Hsm, aad: Bytes, value: Bytes, clear = 0): Promise<Bytes> {
  return hsm.open(os2ip(value.subarray(0, 4)), aad, value.subarray(4 + clear));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
