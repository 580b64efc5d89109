import { beforeEach, describe, expect, it } from 'vitest';
import { epochOf } from './hsm/epoch.ts';
import { MemoryStore } from './records/memory-store.ts';
import { day, hour, memoryHsm, minute, newDevice, TestVaults } from './testing/index.ts';
import { Vault } from './vault.ts';

const stateId = new Uint8Array(32).fill(2);

let store: MemoryStore;
let vaults: TestVaults;
beforeEach(async () => {
  store = new MemoryStore();
  vaults = await TestVaults.open({ store: () => store });
});

async function tendFor(rounds: number, each: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    vaults.clock.advance(each);
    await vaults.vault(1).tend();
  }
}

const epochs = async () =>
  (await vaults.vault(1).epochs.progress())!.epochs.map(({ number, state }) => [number, state]);
const sealedUnder = async () => {
  const values = (await store.list(undefined, 100)).filter(({ id }) => id.some((byte) => byte !== 2));
  return new Set(values.map(({ value }) => epochOf(value)));
};

describe('a vault of one node', () => {
  it('changes its sealing key every 30 days, and passwords open as before', async () => {
    const device = newDevice(vaults);
    const dealt = await device.register('password');
    expect(await store.read(stateId)).toBeUndefined();
    await tendFor(1, minute);
    await tendFor(1, 30 * day);
    expect(await epochs()).toEqual([
      [1, 'retiring'],
      [2, 'current'],
    ]);
    await tendFor(3, hour);
    expect(await epochs()).toEqual([
      [1, 'destroyed'],
      [2, 'current'],
    ]);
    expect(await sealedUnder()).toEqual(new Set([2]));
    await vaults.restart(1);
    await expect(device.open('password', dealt)).resolves.toMatch(/^[0-9a-f]{64}$/);
  });

  it('is not served by an HSM that is not in its fleet', async () => {
    await tendFor(1, minute);
    await expect(
      Vault.open({ store, hsm: memoryHsm(), frontDoors: new Map(), now: vaults.clock.now }),
    ).rejects.toMatchObject({ details: { problem: 'refused' } });
  });
});
