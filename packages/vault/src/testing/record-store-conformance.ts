import { deepStrictEqual, notStrictEqual, ok, rejects } from 'node:assert';
import { randomBytes, toHex } from '@strongroom/core';
import type { ListedValue, RecordStore } from '../records/record-store.ts';

/** A place that keeps records while no process has it open. */
export interface RecordStorePlace {
  open(): Promise<RecordStore>;
}

/** One promise of `RecordStore`, and how it is tried on an empty place. */
export interface RecordStoreCase {
  readonly promise: string;
  readonly keep: (place: RecordStorePlace) => Promise<void>;
}

const newId = (): Uint8Array<ArrayBuffer> => randomBytes(32);
const value = (byte: number, length = 4000): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(byte);

async function withStore(place: RecordStorePlace, use: (store: RecordStore) => Promise<void>): Promise<void> {
  const store = await place.open();
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

async function listAll(store: RecordStore, limit: number): Promise<readonly ListedValue[]> {
  const listed: ListedValue[] = [];
  for (;;) {
    const page = await store.list(listed.at(-1)?.id, limit);
    ok(page.length <= limit);
    listed.push(...page);
    if (page.length < limit) return listed;
  }
}

const onStore =
  (use: (store: RecordStore) => Promise<void>) =>
  (place: RecordStorePlace): Promise<void> =>
    withStore(place, use);

/** What every store promises; a test runs each of them on a fresh place. */
export const recordStoreConformance: readonly RecordStoreCase[] = [
  {
    promise: 'has nothing under an id that was never written',
    keep: onStore(async (store) => {
      deepStrictEqual(await store.read(newId()), undefined);
    }),
  },
  {
    promise: 'returns what was written, to the byte, whatever its size',
    keep: onStore(async (store) => {
      for (const length of [0, 1, 4096, 70_000]) {
        const [id, written] = [newId(), randomBytes(length)];
        deepStrictEqual(await store.replace(id, written, undefined), 'committed');
        deepStrictEqual((await store.read(id))?.value, written);
      }
    }),
  },
  {
    promise: 'gives a higher revision with every write',
    keep: onStore(async (store) => {
      const id = newId();
      let revision: number | undefined;
      for (const byte of [1, 2, 3]) {
        deepStrictEqual(await store.replace(id, value(byte), revision), 'committed');
        const stored = (await store.read(id))!;
        ok(stored.revision > (revision ?? -1));
        deepStrictEqual(stored.value, value(byte));
        ({ revision } = stored);
      }
    }),
  },
  {
    promise: 'writes nothing when another revision is stored than was expected',
    keep: onStore(async (store) => {
      const id = newId();
      for (const never of [0, 1]) deepStrictEqual(await store.replace(id, value(1), never), 'conflict');
      deepStrictEqual(await store.read(id), undefined);
      await store.replace(id, value(1), undefined);
      const { revision } = (await store.read(id))!;
      await store.replace(id, value(2), revision);
      for (const stale of [undefined, 0, revision, revision + 100])
        deepStrictEqual(await store.replace(id, value(3), stale), 'conflict');
      deepStrictEqual((await store.read(id))?.value, value(2));
    }),
  },
  {
    promise: 'lets one of 64 writers win who expect the same revision',
    keep: onStore(async (store) => {
      const id = newId();
      for (const expected of [undefined, 'stored'] as const) {
        const revision = expected && (await store.read(id))!.revision;
        const outcomes = await Promise.all(
          Array.from({ length: 64 }, (_, i) => store.replace(id, value(i), revision)),
        );
        deepStrictEqual(outcomes.filter((outcome) => outcome === 'committed').length, 1);
        deepStrictEqual((await store.read(id))?.value, value(outcomes.indexOf('committed')));
      }
    }),
  },
  {
    promise: 'commits 64 writes of different ids at once',
    keep: onStore(async (store) => {
      const ids = Array.from({ length: 64 }, newId);
      const outcomes = await Promise.all(ids.map((id, i) => store.replace(id, value(i), undefined)));
      deepStrictEqual(new Set(outcomes), new Set(['committed']));
      for (const [i, id] of ids.entries()) deepStrictEqual((await store.read(id))?.value, value(i));
    }),
  },
  {
    promise: 'shares no memory with whoever wrote or read',
    keep: onStore(async (store) => {
      const [id, written] = [newId(), value(1)];
      await store.replace(id, written, undefined);
      written.fill(9);
      const read = (await store.read(id))!;
      notStrictEqual(read.value[0], 9);
      read.value.fill(8);
      const [listed] = await store.list(undefined, 1);
      listed!.value.fill(7);
      listed!.id.fill(7);
      deepStrictEqual((await store.read(id))?.value, value(1));
    }),
  },
  {
    promise: 'writes what it was given, also when the bytes change before it has done so',
    keep: onStore(async (store) => {
      const [id, written] = [newId(), value(1)];
      const writing = store.replace(id, written, undefined);
      written.fill(9);
      deepStrictEqual(await writing, 'committed');
      deepStrictEqual((await store.read(id))?.value, value(1));
    }),
  },
  {
    promise: 'lists nothing where nothing is',
    keep: onStore(async (store) => {
      deepStrictEqual(await store.list(undefined, 10), []);
      deepStrictEqual(await store.list(newId(), 10), []);
    }),
  },
  {
    promise: 'lists values in the order of their ids, page by page, each as it is read',
    keep: onStore(async (store) => {
      // Ids that differ in the first byte, in the last, and are all zeros or ones.
      const ids = [newId(), new Uint8Array(32), new Uint8Array(32).fill(255), newId().fill(255, 1), newId()];
      ids.push(...[1, 127, 128, 254].map((last) => new Uint8Array(32).fill(last, 31)));
      for (const [i, id] of ids.entries()) await store.replace(id, value(i), undefined);
      await store.replace(ids[0]!, value(100), (await store.read(ids[0]!))!.revision);
      const inOrder = ids.map(toHex).toSorted();
      for (const limit of [1, 2, 4, ids.length, 1000]) {
        const listed = await listAll(store, limit);
        deepStrictEqual(
          listed.map(({ id }) => toHex(id)),
          inOrder,
        );
        for (const { id, ...stored } of listed) deepStrictEqual(stored, await store.read(id));
      }
    }),
  },
  {
    promise: 'lists what comes after an id, whether that is stored or not',
    keep: onStore(async (store) => {
      const [first, last] = [new Uint8Array(32).fill(2), new Uint8Array(32).fill(4)];
      for (const id of [first, last]) await store.replace(id, value(1), undefined);
      const after = async (byte: number): Promise<readonly Uint8Array[]> =>
        (await store.list(new Uint8Array(32).fill(byte), 10)).map(({ id }) => id);
      deepStrictEqual(await after(1), [first, last]);
      deepStrictEqual(await after(2), [last]);
      deepStrictEqual(await after(3), [last]);
      deepStrictEqual(await after(4), []);
    }),
  },
  {
    promise: 'refuses to list none, half a value or more than a thousand',
    keep: onStore(async (store) => {
      for (const limit of [0, -1, 0.5, 1001, Number.NaN, Number.POSITIVE_INFINITY])
        await rejects(store.list(undefined, limit), RangeError);
    }),
  },
  {
    promise: 'keeps values and revisions over closing and opening again',
    keep: async (place) => {
      const id = newId();
      let revision = 0;
      await withStore(place, async (store) => {
        await store.replace(id, value(1), undefined);
        ({ revision } = (await store.read(id))!);
      });
      await withStore(place, async (store) => {
        deepStrictEqual(await store.read(id), { value: value(1), revision });
        deepStrictEqual(await store.replace(id, value(2), revision), 'committed');
      });
    },
  },
  {
    promise: 'closes only after the writes that wait',
    keep: async (place) => {
      const store = await place.open();
      const id = newId();
      const writing = store.replace(id, value(1), undefined);
      await store.close();
      deepStrictEqual(await writing, 'committed');
      await withStore(place, async (again) => deepStrictEqual((await again.read(id))?.value, value(1)));
    },
  },
  {
    promise: 'keeps the newest values when it forgets the old ones, also while writes wait',
    keep: onStore(async (store) => {
      const [id, other] = [newId(), newId()];
      await store.replace(id, value(1), undefined);
      await store.replace(id, value(2), (await store.read(id))!.revision);
      const writing = store.replace(other, value(3), undefined);
      await store.forgetOldValues();
      deepStrictEqual(await writing, 'committed');
      deepStrictEqual((await store.read(id))?.value, value(2));
      deepStrictEqual((await store.read(other))?.value, value(3));
    }),
  },
];
