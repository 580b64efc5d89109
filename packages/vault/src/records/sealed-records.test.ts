import { create } from '@bufbuild/protobuf';
import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { RecordSchema } from '@strongroom/wire/vault';
import { beforeEach, describe, expect, it } from 'vitest';
import { SoftwareHsm } from '../hsm/software-hsm.ts';
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

const refused = /does not open|older/;
const vaultId = randomBytes(16);
const id = randomBytes(32);
const recordOf = (begun: bigint) => create(RecordSchema, { begun, anchor: randomBytes(16) });

let store: LyingStore;
let hsm: SoftwareHsm;
let records: SealedRecords;
beforeEach(() => {
  store = new LyingStore();
  hsm = new SoftwareHsm(randomBytes(32));
  records = new SealedRecords(store, hsm, vaultId);
});

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
      new SealedRecords(store, hsm, randomBytes(16)),
      new SealedRecords(store, new SoftwareHsm(randomBytes(32)), vaultId),
    ])
      await expect(others.read(id)).rejects.toThrow(refused);
  });

  it('are refused when the store serves an older one than was written or read', async () => {
    const old = await write(1n);
    await write(2n);
    lie(old.value);
    await expect(records.read(id)).rejects.toThrow('older');
    const fresh = new SealedRecords(store, hsm, vaultId);
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
    dressed.set(newer.value.subarray(0, 6));
    lie(dressed);
    await expect(records.read(id)).rejects.toThrow(refused);
  });

  it('are missed when the store has lost them', async () => {
    await write(1n);
    store.lies.set(toHex(id), undefined);
    await expect(records.read(id)).rejects.toThrow('lost');
  });

  it('that another process wrote meanwhile are a conflict, and nothing is lost', async () => {
    const previous = await records.read(id);
    const other = new SealedRecords(store, hsm, vaultId);
    await other.replace(id, recordOf(7n), await other.read(id));
    expect(await records.replace(id, recordOf(1n), previous)).toBe('conflict');
    expect((await records.read(id)).record?.begun).toBe(7n);
  });
});
