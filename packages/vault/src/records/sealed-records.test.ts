import { create } from '@bufbuild/protobuf';
import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { RecordSchema } from '@strongroom/wire/vault';
import { beforeEach, describe, expect, it } from 'vitest';
import { epochOf } from '../hsm/epoch.ts';
import type { Hsm } from '../hsm/hsm.ts';
import { Sealer } from '../hsm/sealer.ts';
import { memoryHsm } from '../testing/index.ts';
import { MemoryStore } from './memory-store.ts';
import type { RecordStore, StoredValue } from './record-store.ts';
import { SealedRecords } from './sealed-records.ts';

/** A store that serves what a test put there, whatever was written. */
class LyingStore extends MemoryStore implements RecordStore {
  readonly lies = new Map<string, StoredValue | undefined>();

  override async read(id: Bytes): Promise<StoredValue | undefined> {
    return this.lies.has(toHex(id)) ? this.lies.get(toHex(id)) : super.read(id);
  }
}

const refused = /does not open|older|no sealing key of epoch/;
const vaultId = randomBytes(16);
const id = randomBytes(32);
const recordOf = (begun: bigint) => create(RecordSchema, { begun, anchor: randomBytes(16) });

let store: LyingStore;
let hsm: Hsm;
let sealer: Sealer;
let records: SealedRecords;
beforeEach(async () => {
  store = new LyingStore();
  hsm = await hsmWithKey();
  sealer = new Sealer(hsm, 1);
  records = new SealedRecords(store, sealer, vaultId);
});

async function hsmWithKey(): Promise<Hsm> {
  const made = memoryHsm();
  await made.makeKey(1);
  return made;
}
async function write(begun: bigint, of = id): Promise<StoredValue> {
  expect(await records.replace(of, recordOf(begun), await records.read(of))).toBe('committed');
  return (await store.read(of))!;
}
const lie = (value: Bytes, of = id) => store.lies.set(toHex(of), { value, revision: 1 });

describe('sealed records', () => {
  it('are read as they were written', async () => {
    expect(await records.read(id)).toMatchObject({ record: undefined, revision: undefined });
    const record = recordOf(3n);
    await records.replace(id, record, await records.read(id));
    expect((await records.read(id)).record).toEqual(record);
  });

  it('have one size, whatever they hold, and show nothing of it', async () => {
    const anchor = randomBytes(16);
    const sizes = new Set<number>();
    for (const record of [create(RecordSchema), recordOf(2n ** 64n - 1n), create(RecordSchema, { anchor })]) {
      await records.replace(id, record, await records.read(id));
      const { value } = (await store.read(id))!;
      sizes.add(value.length);
      expect(toHex(value)).not.toContain(toHex(anchor));
    }
    expect(sizes.size).toBe(1);
  });

  it('that are too large are refused before anything is written', async () => {
    const huge = create(RecordSchema, { anchor: new Uint8Array(5000) });
    await expect(records.replace(id, huge, await records.read(id))).rejects.toMatchObject({
      code: 'malformed',
    });
    expect(await store.read(id)).toBeUndefined();
  });

  it('are refused when any byte was altered', async () => {
    const { value } = await write(1n);
    for (let at = 0; at < value.length; at += 61) {
      const altered = value.slice();
      altered[at]! ^= 1;
      lie(altered);
      await expect(records.read(id)).rejects.toThrow(refused);
    }
    lie(value.slice(0, 3));
    await expect(records.read(id)).rejects.toThrow(refused);
    lie(new Uint8Array());
    await expect(records.read(id)).rejects.toThrow(refused);
  });

  it('are refused when they were swapped', async () => {
    const other = randomBytes(32);
    const [mine, theirs] = [await write(1n), await write(2n, other)];
    lie(theirs.value);
    await expect(records.read(id)).rejects.toThrow(refused);
    lie(mine.value, other);
    await expect(records.read(other)).rejects.toThrow(refused);
  });

  it('are refused under another vault’s id, or another HSM’s key', async () => {
    await write(1n);
    for (const others of [
      new SealedRecords(store, sealer, randomBytes(16)),
      new SealedRecords(store, new Sealer(await hsmWithKey(), 1), vaultId),
    ])
      await expect(others.read(id)).rejects.toThrow(refused);
  });

  it('are refused when the store serves an older one than was written or read', async () => {
    const old = await write(1n);
    await write(2n);
    lie(old.value);
    await expect(records.read(id)).rejects.toThrow('older');
    const fresh = new SealedRecords(store, sealer, vaultId);
    // A process that has seen nothing cannot tell.
    expect((await fresh.read(id)).record?.begun).toBe(1n);
    store.lies.clear();
    await fresh.read(id);
    lie(old.value);
    await expect(fresh.read(id)).rejects.toThrow('older');
  });

  it('are refused when an older one is dressed up with a newer number', async () => {
    const old = await write(1n);
    const newer = await write(2n);
    const dressed = old.value.slice();
    dressed.set(newer.value.subarray(0, 10));
    lie(dressed);
    await expect(records.read(id)).rejects.toThrow(refused);
  });

  it('state the epoch that they are sealed under, and open as long as its key is there', async () => {
    const old = await write(1n);
    expect(epochOf(old.value)).toBe(1);
    await hsm.makeKey(2);
    sealer.use(2);
    expect((await records.read(id)).record?.begun).toBe(1n);
    const newer = await write(2n);
    expect(epochOf(newer.value)).toBe(2);
    expect(newer.value.length).toBe(old.value.length);
    await hsm.destroyKey(1);
    expect((await records.read(id)).record?.begun).toBe(2n);
    const fresh = new SealedRecords(store, sealer, vaultId);
    lie(old.value);
    await expect(fresh.read(id)).rejects.toMatchObject({ details: { problem: 'no-such-epoch' } });
  });

  it('are refused when they state another epoch than theirs', async () => {
    const { value } = await write(1n);
    await hsm.makeKey(2);
    const dressed = value.slice();
    dressed[3] = 2;
    lie(dressed);
    await expect(records.read(id)).rejects.toThrow('does not open');
  });

  it('are not doubted because the HSM does not answer', async () => {
    await write(1n);
    await hsm.close();
    await expect(records.read(id)).rejects.toMatchObject({ details: { problem: 'unavailable' } });
  });

  it('are missed when the store has lost them', async () => {
    await write(1n);
    store.lies.set(toHex(id), undefined);
    await expect(records.read(id)).rejects.toThrow('lost');
  });

  it('that another process wrote meanwhile are a conflict, and nothing is lost', async () => {
    const previous = await records.read(id);
    const other = new SealedRecords(store, sealer, vaultId);
    await other.replace(id, recordOf(7n), await other.read(id));
    expect(await records.replace(id, recordOf(1n), previous)).toBe('conflict');
    expect((await records.read(id)).record?.begun).toBe(7n);
  });
});
