import { concat, toHex } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { beforeAll, describe, expect, it } from 'vitest';
import { openFleetKeys, type OpenedFleetKeys } from './fleet-keys.ts';
import { epochOf } from './hsm/epoch.ts';
import { MemoryStore } from './records/memory-store.ts';
import { memoryHsm } from './testing/index.ts';

beforeAll(ready);

const id = new Uint8Array(32);
const names = ({ vaultId, hpke, akePrivateKey, akePublicKey, ticketKey, recordIdKey }: OpenedFleetKeys) =>
  [vaultId, hpke.publicKey, akePrivateKey, akePublicKey, ticketKey, recordIdKey].map(toHex);

describe('fleet keys', () => {
  it('are made on the first start and are the same ever after', async () => {
    const [store, hsm] = [new MemoryStore(), memoryHsm()];
    const first = names(await openFleetKeys(store, hsm));
    expect(names(await openFleetKeys(store, hsm))).toEqual(first);
    for (const name of first) expect(name).not.toMatch(/^0+$/);
    expect(new Set(first).size).toBe(first.length);
  });

  it('are others in another store', async () => {
    const hsm = memoryHsm();
    const [one, other] = [
      await openFleetKeys(new MemoryStore(), hsm),
      await openFleetKeys(new MemoryStore(), hsm),
    ];
    for (const [i, name] of names(one).entries()) expect(names(other)[i]).not.toBe(name);
  });

  it('are agreed upon by nodes that open an empty store at once', async () => {
    const [store, hsm] = [new MemoryStore(), memoryHsm()];
    const opened = await Promise.all(Array.from({ length: 8 }, () => openFleetKeys(store, hsm)));
    expect(new Set(opened.map((keys) => names(keys).join())).size).toBe(1);
  });

  it('do not open with another HSM key, and it is said what to do', async () => {
    const [store, other] = [new MemoryStore(), memoryHsm()];
    await openFleetKeys(store, memoryHsm());
    await other.makeKey(1);
    await expect(openFleetKeys(store, other)).rejects.toMatchObject({
      name: 'StrongroomError',
      code: 'wrong-usage',
      message: expect.stringContaining('HSM key'),
      cause: expect.anything(),
    });
  });

  it('do not open when the store altered them', async () => {
    const [store, hsm] = [new MemoryStore(), memoryHsm()];
    await openFleetKeys(store, hsm);
    const { value, revision } = (await store.read(id))!;
    value[40]! ^= 1;
    await store.replace(id, value, revision);
    await expect(openFleetKeys(store, hsm)).rejects.toMatchObject({ code: 'wrong-usage' });
  });

  it('are sealed under the first epoch in a new HSM, else under the newest', async () => {
    const [store, hsm] = [new MemoryStore(), memoryHsm()];
    expect((await openFleetKeys(store, hsm)).epoch).toBe(1);
    expect(await hsm.epochs()).toEqual([1]);
    for (const epoch of [7, 12]) await hsm.makeKey(epoch);
    expect((await openFleetKeys(store, hsm)).epoch).toBe(1);
    const [other] = [new MemoryStore()];
    expect((await openFleetKeys(other, hsm)).epoch).toBe(12);
    expect(epochOf((await other.read(id))!.value)).toBe(12);
  });

  it('make no key in an HSM that lacks the one they are sealed under', async () => {
    const [store, hsm] = [new MemoryStore(), memoryHsm()];
    await openFleetKeys(store, memoryHsm());
    const missing = { code: 'hsm', details: { problem: 'no-such-epoch' } };
    await expect(openFleetKeys(store, hsm)).rejects.toMatchObject(missing);
    expect(await hsm.epochs()).toEqual([]);
  });

  it('do not open under another epoch than they state, or when they state none', async () => {
    const [store, hsm] = [new MemoryStore(), memoryHsm()];
    await openFleetKeys(store, hsm);
    await hsm.makeKey(2);
    const { value, revision } = (await store.read(id))!;
    const dressed = concat(Uint8Array.of(0, 0, 0, 2), value.subarray(4));
    await store.replace(id, dressed, revision);
    await expect(openFleetKeys(store, hsm)).rejects.toMatchObject({ code: 'wrong-usage' });
    for (const cut of [0, 3, 4]) {
      await store.replace(id, new Uint8Array(cut), (await store.read(id))!.revision);
      await expect(openFleetKeys(store, hsm)).rejects.toMatchObject({ code: 'wrong-usage' });
    }
  });
});
