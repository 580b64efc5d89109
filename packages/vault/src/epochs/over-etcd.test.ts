import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFleetKeys } from '../fleet-keys.ts';
import { epochOf } from '../hsm/epoch.ts';
import { openPkcs11Hsm } from '../hsm/pkcs11/pkcs11-hsm.ts';
import type { Hsm } from '../hsm/hsm.ts';
import { isHsmError } from '../hsm/hsm-error.ts';
import { EtcdStore } from '../records/etcd/etcd-store.ts';
import { MemoryStore } from '../records/memory-store.ts';
import {
  EtcdCluster,
  hour,
  minute,
  newDevice,
  SoftHsm,
  TestVaults,
  type SoftToken,
} from '../testing/index.ts';
import { until } from '../testing/until.ts';
import { Vault } from '../vault.ts';
import { FleetOperator } from './fleet-operator.ts';
import { FLEET_STATE_ID } from './fleet-record.ts';
import { Reception } from './reception.ts';

// Two nodes of one vault, as they are in production: a store each over one etcd, a token each.

let cluster: EtcdCluster;
let softhsm: SoftHsm;
let stores: EtcdStore[];
let hsms: Hsm[];
let vaults: TestVaults;
let second: Vault;
let operator: FleetOperator;

beforeAll(async () => {
  softhsm = new SoftHsm();
  const tokens = [softhsm.makeToken(), softhsm.makeToken()];
  cluster = await EtcdCluster.start({ members: 3 });
  const options = cluster.storeOptions();
  stores = tokens.map(() => new EtcdStore(options));
  hsms = await Promise.all(tokens.map((token) => openPkcs11Hsm(token.options)));
  await trustEachOther(tokens);
  vaults = await TestVaults.open({ store: () => stores[0]!, hsm: () => hsms[0]! });
  operator = new FleetOperator({ store: stores[0]!, hsm: hsms[0]!, now: vaults.clock.now });
  await operator.init('a');
  const { id } = await operator.addNode(await hsms[1]!.transportKey(), 'b');
  const [opened] = await Promise.all([openSecond(), operator.handOver(id, { every: 50 })]);
  second = opened;
});

afterAll(async () => {
  await Promise.all([...(stores ?? []), ...(hsms ?? [])].map((one) => one.close()));
  await cluster?.stop();
  softhsm?.remove();
});

async function trustEachOther(tokens: readonly SoftToken[]): Promise<void> {
  await hsms[0]!.trust(await hsms[1]!.transportKey(), tokens[0]!.officer);
  await hsms[1]!.trust(await hsms[0]!.transportKey(), tokens[1]!.officer);
}

function openSecond(): Promise<Vault> {
  const [store, hsm] = [stores[1]!, hsms[1]!];
  const { now } = vaults.clock;
  const frontDoors = new Map([[vaults.tenant, [vaults.tokenKey.publicKey]]]);
  const parts = { store, hsm, frontDoors, now, epochs: { reception: new Reception() } };
  return until('the keys of the second node', async () => {
    try {
      return await Vault.open(parts);
    } catch (error) {
      if (!isHsmError(error, 'unavailable')) throw error;
      return undefined;
    }
  });
}

async function rounds(count: number, each: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    vaults.clock.advance(each);
    for (const vault of [vaults.vault(1), second]) await vault.tend();
  }
}

const states = async (): Promise<object> =>
  Object.fromEntries((await operator.status())!.epochs.map(({ number, state }) => [number, state]));

describe('epochs over etcd and PKCS#11', () => {
  it('come into use, take all records over, and end so that a copy of the store from before does not open', async () => {
    const device = newDevice(vaults);
    const dealt = await device.register('password');
    await rounds(1, minute);
    const copy = (await stores[0]!.list(undefined, 100)).filter(({ id }) => id.some((byte) => byte !== 2));
    expect(new Set(copy.map(({ value }) => epochOf(value)))).toEqual(new Set([1]));
    expect(copy.length).toBeGreaterThan(2);
    const { revision } = (await stores[0]!.read(copy.at(-1)!.id))!;

    expect(await operator.newEpoch()).toBe(2);
    await rounds(3, minute);
    expect(await states()).toEqual({ 1: 'retiring', 2: 'current' });
    await rounds(5, hour);
    expect(await states()).toEqual({ 1: 'destroyed', 2: 'current' });

    const now = (await stores[1]!.list(undefined, 100)).filter(({ id }) => id.some((byte) => byte !== 2));
    expect(now.length).toBe(copy.length);
    expect(new Set(now.map(({ value }) => epochOf(value)))).toEqual(new Set([2]));
    for (const hsm of hsms) expect(await hsm.epochs()).toEqual([2]);

    const before = new MemoryStore();
    for (const { id, value } of copy) await before.replace(id, value, undefined);
    for (const hsm of hsms)
      await expect(openFleetKeys(before, hsm)).rejects.toMatchObject({
        details: { problem: 'no-such-epoch' },
      });
    await until('etcd to have forgotten the old revisions', async () => {
      const found = await cluster.asRoot(1, ({ kv }, options) =>
        kv.range({ key: new TextEncoder().encode('strongroom/'), revision: BigInt(revision) }, options).then(
          () => 'still there',
          (error: unknown) => String(error),
        ),
      );
      return found.includes('compacted') || undefined;
    });
    await expect(device.open('password', dealt)).resolves.toMatch(/^[0-9a-f]{64}$/);
    expect(await stores[0]!.read(FLEET_STATE_ID)).toBeDefined();
  });

  it('go on when the leader of etcd is killed in the middle of them', async () => {
    expect(await operator.newEpoch()).toBe(3);
    await cluster.kill(await cluster.leader());
    await until('the epoch to be in use', async () => {
      await rounds(1, minute).catch(() => undefined);
      return (await operator.status().catch(() => undefined))?.epochs.some(
        ({ number, state }) => number === 3 && state === 'current',
      )
        ? true
        : undefined;
    });
    await rounds(5, hour);
    expect(await states()).toMatchObject({ 2: 'destroyed', 3: 'current' });
  });
});
