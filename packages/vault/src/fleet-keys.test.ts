import { randomBytes, toHex } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { beforeAll, describe, expect, it } from 'vitest';
import { openFleetKeys, type OpenedFleetKeys } from './fleet-keys.ts';
import { SoftwareHsm } from './hsm/software-hsm.ts';
import { MemoryStore } from './records/memory-store.ts';

beforeAll(ready);

const newHsm = () => new SoftwareHsm(randomBytes(32));
const names = ({ vaultId, hpke, akePrivateKey, akePublicKey, ticketKey, recordIdKey }: OpenedFleetKeys) =>
  [vaultId, hpke.publicKey, akePrivateKey, akePublicKey, ticketKey, recordIdKey].map(toHex);

describe('fleet keys', () => {
  it('are made on the first start and are the same ever after', async () => {
    const [store, hsm] = [new MemoryStore(), newHsm()];
    const first = names(await openFleetKeys(store, hsm));
    expect(names(await openFleetKeys(store, hsm))).toEqual(first);
    for (const name of first) expect(name).not.toMatch(/^0+$/);
    expect(new Set(first).size).toBe(first.length);
  });

  it('are others in another store', async () => {
    const hsm = newHsm();
    const [one, other] = [
      await openFleetKeys(new MemoryStore(), hsm),
      await openFleetKeys(new MemoryStore(), hsm),
    ];
    for (const [i, name] of names(one).entries()) expect(names(other)[i]).not.toBe(name);
  });

  it('are agreed upon by nodes that open an empty store at once', async () => {
    const [store, hsm] = [new MemoryStore(), newHsm()];
    const opened = await Promise.all(Array.from({ length: 8 }, () => openFleetKeys(store, hsm)));
    expect(new Set(opened.map((keys) => names(keys).join())).size).toBe(1);
  });

  it('do not open with another HSM key, and it is said what to do', async () => {
    const store = new MemoryStore();
    await openFleetKeys(store, newHsm());
    await expect(openFleetKeys(store, newHsm())).rejects.toMatchObject({
      name: 'StrongroomError',
      code: 'wrong-usage',
      message: expect.stringContaining('HSM key'),
      cause: expect.anything(),
    });
  });

  it('do not open when the store altered them', async () => {
    const [store, hsm] = [new MemoryStore(), newHsm()];
    await openFleetKeys(store, hsm);
    const id = new Uint8Array(32);
    const { value, revision } = (await store.read(id))!;
    value[40]! ^= 1;
    await store.replace(id, value, revision);
    await expect(openFleetKeys(store, hsm)).rejects.toMatchObject({ code: 'wrong-usage' });
  });
});
