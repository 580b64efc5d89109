import { createHmac } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fromBinary } from '@bufbuild/protobuf';
import { encode, toHex, utf8, type Bytes } from '@strongroom/core';
import { ready, rfc9497, rfc9807, vaultPassword } from '@strongroom/opaque';
import { unpad } from '@strongroom/protocol';
import { RecordSchema } from '@strongroom/wire/vault';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FLEET_STATE_ID } from '../epochs/fleet-record.ts';
import { FLEET_KEYS_ID } from '../fleet-keys.ts';
import type { Hsm } from '../hsm/hsm.ts';
import { PROPOSE_KEYS_ID } from '../propose-keys.ts';
import { EtcdStore } from '../records/etcd/etcd-store.ts';
import { MemoryStore } from '../records/memory-store.ts';
import type { ListedValue, RecordStore } from '../records/record-store.ts';
import { SqliteStore } from '../records/sqlite-store.ts';
import type { Dealt } from '../testing/deal.ts';
import { EtcdCluster } from '../testing/etcd-cluster.ts';
import { memoryHsm } from '../testing/memory-hsm.ts';
import { cheapStretch } from '../testing/stretch.ts';
import { newDevice, type TestDevice } from '../testing/test-device.ts';
import { TestVaults } from '../testing/test-vaults.ts';
import { Vault } from '../vault.ts';
import { secretsOf } from './world.ts';

// All that a vault stores, without its HSM.

beforeAll(ready);

const ofTheVault = [FLEET_KEYS_ID, PROPOSE_KEYS_ID, FLEET_STATE_ID].map(toHex);

/** All values, and those of accounts. */
async function stolen(
  store: RecordStore,
): Promise<{ all: readonly ListedValue[]; records: readonly ListedValue[] }> {
  const all = await store.list(undefined, 1000);
  return { all, records: all.filter(({ id }) => !ofTheVault.includes(toHex(id))) };
}

async function filled(
  store: RecordStore,
  hsm: Hsm = memoryHsm(),
): Promise<{ vaults: TestVaults; device: TestDevice; live: Dealt }> {
  const vaults = await TestVaults.open({ store: () => store, hsm: () => hsm, tenant: 'a-messenger' });
  await vaults.vault(1).tend();
  const device = newDevice(vaults);
  const live = await device.register('correct horse battery staple');
  await device.open(live.password, live);
  await device.open('not the password', live);
  await newDevice(vaults).register('of somebody else');
  await vaults.vault(1).tend();
  return { vaults, device, live };
}

/** What nobody must find in it: as bytes, as hex and as base64. */
function findings(
  haystack: Buffer,
  { device, live }: { device: TestDevice; live: Dealt },
): readonly string[] {
  const secrets = new Map([
    ...secretsOf(live),
    ['account id', device.accountId] as const,
    ['generation', live.generation] as const,
    ['tenant', utf8('a-messenger')] as const,
    ['owner key', live.owner.publicKey] as const,
    ['vault id', new Uint8Array(device.vault(1).vaultId)] as const,
  ]);
  return [...secrets].flatMap(([name, bytes]) =>
    forms(bytes).some((form) => haystack.includes(form)) ? [name] : [],
  );
}

function forms(bytes: Bytes): readonly Buffer[] {
  const plain = Buffer.from(bytes);
  const texts = [plain.toString('hex'), plain.toString('base64').replace(/=+$/, '')];
  return [plain, ...texts.map((text) => Buffer.from(text))];
}

describe('a stolen SQLite file', () => {
  let folder: string;
  let store: SqliteStore;
  let hsm: Hsm;
  let world: { vaults: TestVaults; device: TestDevice; live: Dealt };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stolen-store-'));
    store = new SqliteStore(join(folder, 'records.db'));
    hsm = memoryHsm();
    world = await filled(store, hsm);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const bytes = (): Buffer =>
    Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

  it('holds no password, key, envelope, account id, tenant, nor the id of the vault', () => {
    expect(bytes().length).toBeGreaterThan(8192);
    expect(findings(bytes(), world)).toEqual([]);
    // The same search finds what is there.
    const { live } = world;
    expect(findings(Buffer.concat([bytes(), Buffer.from(live.backupKey)]), world)).toEqual(['backup key']);
  });

  it('shows of an account nothing but that there is one: all records have one size, under ids like noise', async () => {
    const { records } = await stolen(store);
    expect(records).toHaveLength(2);
    expect(new Set(records.map(({ value }) => value.length))).toEqual(new Set([4154]));
  });

  it('opens with no other HSM', async () => {
    const { vaults } = world;
    const frontDoors = new Map([['a-messenger', [vaults.tokenKey.publicKey]]]);
    const thief = memoryHsm();
    await expect(Vault.open({ store, hsm: thief, frontDoors })).rejects.toMatchObject({
      name: 'StrongroomError',
    });
    await thief.makeKey(1).catch(() => undefined);
    await expect(Vault.open({ store, hsm: thief, frontDoors })).rejects.toMatchObject({
      name: 'StrongroomError',
    });
    for (const { id, value } of (await stolen(store)).all)
      await expect(thief.open(1, id, value.subarray(10))).rejects.toMatchObject({ code: 'hsm' });
  });

  it('lets nobody test a password: the trial that works with the HSM cannot even be begun without it', async () => {
    const { device, live } = world;
    const { records } = await stolen(store);
    const passwords = [live.password, 'a wrong one'];
    const trials = (hsm: Hsm): Promise<string[]> =>
      Promise.all(passwords.map((password) => triedOffline({ hsm, records, device, password })));
    // With t = 1, whoever has the HSM, too, tells them apart: hence the operator is trusted.
    expect(await trials(hsm)).toEqual(['right', 'wrong']);
    const thief = memoryHsm();
    await thief.makeKey(1);
    expect(await trials(thief)).toEqual(['nothing opens', 'nothing opens']);
  });

  it('put back under a running vault is refused; under one that was started again it is not noticed', async () => {
    const { vaults, device, live } = world;
    const copy = join(folder, 'copy.db');
    await store.forgetOldValues();
    copyFileSync(join(folder, 'records.db'), copy);
    await device.open('wrong', live);
    const after = (await device.describe(1)).failuresSinceOpening;
    expect(after).toBe(2);
    putBack(join(folder, 'records.db'), copy);
    await expect(device.describe(1)).rejects.toThrow('the store returned an older record');
    await expect(device.open(live.password, live)).rejects.toThrow('the store returned an older record');
    await vaults.restart(1);
    expect((await device.describe(1)).failuresSinceOpening, 'as the threat model says').toBe(after - 1);
  });

  it('with the records of two accounts exchanged, or one copied, opens for neither', async () => {
    const { vaults, device, live } = world;
    const [a, b] = (await stolen(store)).records as [ListedValue, ListedValue];
    await vaults.restart(1);
    await store.replace(a.id, b.value, a.revision);
    await store.replace(b.id, a.value, b.revision);
    await expect(device.describe(1)).rejects.toThrow('the store returned a record that does not open');
    await expect(device.open(live.password, live)).rejects.toThrow('a record that does not open');
  });

  it("with the vault's own keys exchanged for those of another vault does not open", async () => {
    const { vaults } = world;
    const store2 = new MemoryStore();
    const other = await TestVaults.open({ store: () => store2 });
    await other.vault(1).tend();
    const [mine, theirs] = [await store.read(FLEET_KEYS_ID), await store2.read(FLEET_KEYS_ID)];
    await store.replace(FLEET_KEYS_ID, theirs!.value, mine!.revision);
    await expect(vaults.restart(1)).rejects.toMatchObject({ code: 'wrong-usage' });
  });
});

it("etcd's values hold none of it either", async () => {
  const cluster = await EtcdCluster.start();
  const store = new EtcdStore(cluster.storeOptions());
  try {
    const world = await filled(store);
    const { all, records } = await stolen(store);
    expect(records).toHaveLength(2);
    const bytes = Buffer.concat(all.flatMap(({ id, value }) => [Buffer.from(id), Buffer.from(value)]));
    expect(findings(bytes, world)).toEqual([]);
    const [a, b] = records as [ListedValue, ListedValue];
    await world.vaults.restart(1);
    await store.replace(a.id, b.value, a.revision);
    await store.replace(b.id, a.value, b.revision);
    await expect(world.device.describe(1)).rejects.toThrow('the store returned a record that does not open');
  } finally {
    await store.close();
    await cluster.stop();
  }
}, 60_000);

/** Another process writes the copied records over those that are there. */
function putBack(path: string, copy: string): void {
  const database = new DatabaseSync(path);
  database.exec(`ATTACH '${copy}' AS copy; PRAGMA busy_timeout = 5000`);
  database.exec('INSERT OR REPLACE INTO main.record SELECT * FROM copy.record');
  database.close();
}

/** Tests a password against stolen records as somebody does who is counted by nobody: RFC 9807 section 5.2.3. */
async function triedOffline(thief: {
  hsm: Hsm;
  records: readonly ListedValue[];
  device: TestDevice;
  password: string;
}): Promise<string> {
  const { vaultId } = thief.device.vault(1);
  let opens = 0;
  for (const { id, value } of thief.records) {
    const sequence = value.subarray(4, 10);
    const sealed = value.subarray(10);
    const plaintext = await thief.hsm.open(1, encode(vaultId, id, sequence), sealed).catch(() => undefined);
    if (plaintext === undefined) continue;
    opens += 1;
    const { credential } = fromBinary(RecordSchema, unpad(plaintext)).live!;
    const { keyShare, maskingKey } = credential!;
    const output = rfc9497.evaluate(rfc9497.OPRF, rfc9497.decodeScalar(keyShare, 'k'), utf8(thief.password));
    const stretched = cheapStretch(output, { memoryKiB: 64 * 1024, passes: 3, lanes: 1 });
    const rwd = rfc9807.randomizePassword(output, () => stretched);
    const own = hkdfExpand(vaultPassword(rwd, vaultId), 'MaskingKey', 64);
    if (toHex(own) === toHex(maskingKey)) return 'right';
  }
  return opens === 0 ? 'nothing opens' : 'wrong';
}

/** RFC 5869 section 2.3 with SHA-512, of one block. */
function hkdfExpand(prk: Uint8Array, info: string, length: number): Uint8Array {
  return createHmac('sha512', prk).update(info).update(Uint8Array.of(1)).digest().subarray(0, length);
}
