import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { toHex, type Bytes } from '@strongroom/core';
import { PolicySchema } from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteStore } from './records/sqlite-store.ts';
import { defaultPolicy } from './rules/policy.ts';
import { newDevice, signDrop, signErase, TestVaults, type Dealt, type TestDevice } from './testing/index.ts';

/** Remembers every value that was ever written, as a thief with an old copy of the disk would like to. */
class WatchedStore extends SqliteStore {
  readonly written: Bytes[] = [];

  override replace(id: Bytes, value: Bytes, revision: number | undefined): Promise<'committed' | 'conflict'> {
    this.written.push(new Uint8Array(value));
    return super.replace(id, value, revision);
  }
}

let folder: string;
let store: WatchedStore;
let vaults: TestVaults;
let device: TestDevice;
let live: Dealt;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'forgetting-'));
  store = new WatchedStore(join(folder, 'records.db'));
  const policy = create(PolicySchema, { ...defaultPolicy, waits: [], guessLimit: 3 });
  vaults = await TestVaults.open({ store: () => store, policy });
  device = newDevice(vaults);
  live = await device.register('old');
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** How many of the values written so far can still be found on the disk, a piece of 16 bytes of each. */
function found(values: readonly Bytes[]): number {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  return values.filter((value) => files.some((file) => file.includes(value.subarray(1000, 1016)))).length;
}

/** What is found of the newest value before, of all values until then afterwards, and of the newest one then. */
async function around(
  erase: () => Promise<unknown>,
): Promise<{ before: number; after: number; now: number }> {
  const values = store.written.filter(({ length }) => length > 4000);
  const before = found(values.slice(-1));
  await erase();
  return { before, after: found(values), now: found(store.written.slice(-1)) };
}
const forgotten = { before: 1, after: 0, now: 1 };

describe('when the answer leaves, the disk holds nothing of the record as it was before', () => {
  it('the last guess', async () => {
    for (const password of ['a', 'b']) await device.open(password, live);
    expect(await around(() => device.open('c', live))).toEqual(forgotten);
    expect(await device.open('old', live)).toBe('locked');
  });

  it('an Erase', async () => {
    const erase = signErase(await device.target(1), live);
    expect(await around(() => device.send(1, erase))).toEqual(forgotten);
  });

  it('a replaced password', async () => {
    const changed = await device.deal('new', { owner: live.owner });
    await device.propose(1, changed);
    expect(await around(() => device.commit(1, changed))).toEqual(forgotten);
    expect(await device.open('new', changed)).toBe(toHex(changed.backupKey));
  });

  it('a dropped candidate', async () => {
    const candidate = await device.deal('new', { owner: live.owner });
    await device.propose(1, candidate);
    const drop = signDrop(await device.target(1), candidate, live.owner);
    expect(await around(() => device.send(1, drop))).toEqual(forgotten);
  });
});
