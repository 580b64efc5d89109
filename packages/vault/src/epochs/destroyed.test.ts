import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex, type Secret } from '@strongroom/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { epochOf } from '../hsm/epoch.ts';
import type { Hsm } from '../hsm/hsm.ts';
import { openPkcs11Hsm } from '../hsm/pkcs11/pkcs11-hsm.ts';
import { openSoftwareHsm } from '../hsm/software/software-hsm.ts';
import { SqliteStore } from '../records/sqlite-store.ts';
import { hour, minute, SoftHsm, TestClock } from '../testing/index.ts';
import { Vault } from '../vault.ts';
import { EpochKeeper } from './epoch-keeper.ts';
import { FleetOperator } from './fleet-operator.ts';
import { FLEET_STATE_ID, FleetRecord } from './fleet-record.ts';
import { Reception } from './reception.ts';

// Two nodes with real HSMs over one database. A thief copies the database before the epoch changes, and later has both
// HSMs, too, PINs and all.

interface Site {
  readonly hsm: Hsm;
  readonly officer?: Secret<string>;
}

let folder: string;
let softHsm: SoftHsm;
beforeAll(() => {
  softHsm = new SoftHsm();
});
afterAll(() => softHsm.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epochs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const kinds: readonly { readonly kind: string; readonly open: () => Promise<readonly Site[]> }[] = [
  {
    kind: 'software',
    open: async () => ['a', 'b'].map((site) => ({ hsm: openSoftwareHsm(join(folder, site)) })),
  },
  {
    kind: 'PKCS#11',
    open: async () => {
      const tokens = [softHsm.makeToken(), softHsm.makeToken()];
      return Promise.all(
        tokens.map(async ({ options, officer }) => ({ hsm: await openPkcs11Hsm(options), officer })),
      );
    },
  },
];

describe.for(kinds)('with HSMs of the kind $kind', ({ open }) => {
  it('a copy of the store opens until the key is destroyed, and never again', async () => {
    const sites = await open();
    const [a, b] = sites as [Site, Site];
    const clock = new TestClock();
    const path = join(folder, 'records.db');
    const store = new SqliteStore(path);
    const common = { now: clock.now, sleep: async (): Promise<void> => undefined };
    const operator = new FleetOperator({ store, hsm: a.hsm, ...common });

    expect(await operator.init('a')).toMatchObject({ isNew: true, epoch: 1 });
    const [keyA, keyB] = [await a.hsm.transportKey(), await b.hsm.transportKey()];
    await a.hsm.trust(keyB, a.officer);
    await b.hsm.trust(keyA, b.officer);
    const entered = await operator.addNode(keyB, 'b');
    expect(entered).toMatchObject({ isNew: true });
    const reception = new Reception();
    const openVault = (site: Site): Promise<Vault> =>
      Vault.open({ store, hsm: site.hsm, frontDoors: new Map(), now: clock.now, epochs: { reception } });
    await expect(openVault(b)).rejects.toMatchObject({ details: { problem: 'unavailable' } });
    const sleep = async (): Promise<void> => {
      await openVault(b).catch(() => undefined);
    };
    await new FleetOperator({ store, hsm: a.hsm, ...common, sleep }).handOver(entered.id);

    const vaults = [
      await Vault.open({ store, hsm: a.hsm, frontDoors: new Map(), now: clock.now }),
      await openVault(b),
    ];
    for (const vault of vaults) await vault.tend();

    // The key of epoch 2 is on its way, and that is in the copy, too.
    await operator.newEpoch();
    await vaults[1]!.tend();
    await vaults[0]!.tend();
    const copyPath = join(folder, 'copy.db');
    await store.forgetOldValues();
    copyFileSync(path, copyPath);
    const copy = new SqliteStore(copyPath);
    const { handed } = (await new FleetRecord(copy).read())!.fleet.epochs.at(-1)!;
    expect(handed.length).toBe(1);
    const way = { from: handed[0]!.from, to: handed[0]!.to, epoch: 2 };
    expect(() => new Reception().open(way, handed[0]!)).toThrow('does not open');
    const values = (await copy.list(undefined, 100)).filter(({ id }) => toHex(id) !== toHex(FLEET_STATE_ID));
    expect(values.length).toBeGreaterThanOrEqual(2);
    expect(values.map(({ value }) => epochOf(value))).toEqual(values.map(() => 1));
    await Vault.open({ store: copy, hsm: a.hsm, frontDoors: new Map(), now: clock.now });

    for (let i = 0; i < 8; i++) {
      clock.advance(i < 3 ? minute : hour);
      for (const vault of vaults) await vault.tend();
    }
    const states = (await operator.status())!.epochs.map(({ number, state }) => [number, state]);
    expect(states).toEqual([
      [1, 'destroyed'],
      [2, 'current'],
    ]);
    for (const { hsm } of sites) {
      expect(await hsm.epochs()).toEqual([2]);
      for (const { value } of values)
        await expect(hsm.open(1, new Uint8Array(), value.subarray(4))).rejects.toMatchObject({
          details: { problem: 'no-such-epoch' },
        });
      // The copy has everything that ever went from HSM to HSM. It is of no use without the processes' memory.
      const thief = new EpochKeeper({ store: copy, hsm, ...common, process: { reception: new Reception() } });
      await expect(thief.join()).rejects.toMatchObject({ code: 'hsm' });
      expect(await hsm.epochs()).toEqual([2]);
      await expect(
        Vault.open({ store: copy, hsm, frontDoors: new Map(), now: clock.now }),
      ).rejects.toMatchObject({ code: 'hsm' });
    }
    for (const { hsm } of sites) await hsm.close();
    await store.close();
    await copy.close();
  });
});
