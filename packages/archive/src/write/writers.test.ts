import { beforeEach, describe, expect, test } from 'vitest';
import { listSnapshots } from '../snapshot/history.ts';
import {
  type TestArchive,
  backup,
  newArchive,
  onStore,
  phone,
  restore,
  unreachable,
} from '../testing/fixtures.ts';
import { MemoryJournal } from '../testing/memory-journal.ts';
import { MemoryStore } from '../testing/memory-store.ts';

const tablet = { id: 'device-2', name: 'Tablet' };

let prepared: TestArchive;

beforeEach(async () => {
  prepared = await newArchive();
});

describe('one device writes at a time:', () => {
  test('another one is refused, and told who writes', async () => {
    const { archive } = prepared;
    await backup(archive, { a: '1' });
    const refused = { code: 'other-writer', details: { device: 'Phone' } };
    await expect(backup(archive, { a: '2' }, { device: tablet })).rejects.toMatchObject(refused);
    await expect(backup(archive, { a: '2' }, { device: tablet, epoch: 1 })).rejects.toMatchObject(refused);
  });

  test('another one takes over with the next epoch, and the first stops', async () => {
    const { archive } = prepared;
    const first = await backup(archive, { a: '1' });
    expect(first.writer).toEqual({ deviceId: phone.id, deviceName: phone.name, epoch: 1 });
    const second = await backup(archive, { a: '2' }, { device: tablet, takeOver: true });
    expect(second.writer).toEqual({ deviceId: tablet.id, deviceName: tablet.name, epoch: 2 });
    const refused = { code: 'other-writer', details: { device: 'Tablet' } };
    await expect(backup(archive, { a: '3' })).rejects.toMatchObject(refused);
    await expect(backup(archive, { a: '3' }, { epoch: 1 })).rejects.toMatchObject(refused);
    expect((await backup(archive, { a: '3' }, { device: tablet, epoch: 2 })).writer.epoch).toBe(2);
    expect((await backup(archive, { a: '4' }, { takeOver: true })).writer.epoch).toBe(3);
  });

  test('the epoch of a copied profile does not go on', async () => {
    const { archive } = prepared;
    await backup(archive, { a: '1' });
    await backup(archive, { a: '2' }, { device: tablet, takeOver: true });
    await backup(archive, { a: '3' }, { takeOver: true });
    await expect(backup(archive, { a: '4' }, { epoch: 1 })).rejects.toMatchObject({ code: 'other-writer' });
  });

  test('two at the same moment do not both believe to have written', async () => {
    const { archive, store } = prepared;
    await backup(archive, { a: '1' });
    const rival = new MemoryStore(store.objects);
    await backup(await onStore(prepared, rival), { a: 'theirs' }, { device: tablet, takeOver: true });
    const theirs = [...rival.objects].filter(([name]) => !store.objects.has(name));
    // Their snapshot arrives while ours is written.
    const racing = await onStore(prepared, {
      description: 'racing',
      get: (name, options) => store.get(name, options),
      list: (prefix, options) => store.list(prefix, options),
      remove: (name) => store.remove(name),
      put: async (name, bytes, options) => {
        await store.put(name, bytes, options);
        if (name.includes('/snapshots/'))
          for (const [other, content] of theirs) store.objects.set(other, content);
      },
    });
    await expect(backup(racing, { a: 'ours' })).rejects.toMatchObject({ code: 'other-writer' });
  });

  test('one that arrives and cannot be looked at is not taken for nobody’s', async () => {
    const { archive, store } = prepared;
    await backup(archive, { a: '1' });
    const rival = new MemoryStore(store.objects);
    await backup(await onStore(prepared, rival), { a: 'theirs' }, { device: tablet, takeOver: true });
    const theirs = [...rival.objects].filter(([name]) => !store.objects.has(name));
    const unreadable = await onStore(prepared, {
      description: 'racing',
      list: (prefix, options) => store.list(prefix, options),
      remove: (name) => store.remove(name),
      get: async (name, options) => {
        if (theirs.some(([other]) => other === name)) throw unreachable();
        return store.get(name, options);
      },
      put: async (name, bytes, options) => {
        await store.put(name, bytes, options);
        for (const [other, content] of theirs) store.objects.set(other, content);
      },
    });
    await expect(backup(unreadable, { a: 'ours' })).rejects.toMatchObject({ code: 'cloud-unreachable' });
  });
});

describe('a cloud that shows an older archive', () => {
  test('is noticed against the journal', async () => {
    const { old, journal } = await rolledBack();
    const archive = await onStore(prepared, old);
    const noticed = { code: 'rolled-back', details: { seen: 2, found: 1 } };
    await expect(backup(archive, { a: '3' }, { journal })).rejects.toMatchObject(noticed);
  });

  test('is noticed against a mark from elsewhere, when writing and when restoring', async () => {
    const { old } = await rolledBack();
    const expected = (await listSnapshots(prepared.archive))[0]!;
    const archive = await onStore(prepared, old);
    const noticed = { code: 'rolled-back', details: { seen: 2, found: 1 } };
    await expect(backup(archive, { a: '3' }, { expected })).rejects.toMatchObject(noticed);
    await expect(restore(archive, 'latest', { expected })).rejects.toMatchObject(noticed);
    expect((await restore(prepared.archive, 'latest', { expected })).result.restored).toBe(1);
  });

  test('and goes on from there is noticed too', async () => {
    const { old, journal } = await rolledBack();
    const archive = await onStore(prepared, old);
    await backup(archive, { a: 'other 2' });
    const noticed = { code: 'rolled-back', details: { seen: 2, found: 2 } };
    await expect(backup(archive, { a: '3' }, { journal })).rejects.toMatchObject(noticed);
    await backup(archive, { a: 'other 3' });
    await expect(backup(archive, { a: '4' }, { journal })).rejects.toMatchObject(noticed);
  });

  test('that is empty is noticed', async () => {
    const { journal } = await rolledBack();
    const { store } = prepared;
    for (const name of store.objects.keys()) if (name.includes('/snapshots/')) store.objects.delete(name);
    const noticed = { code: 'rolled-back', details: { seen: 2, found: 0 } };
    await expect(backup(prepared.archive, { a: '3' }, { journal })).rejects.toMatchObject(noticed);
  });

  test('can be accepted, and the numbers go on', async () => {
    const { old, journal } = await rolledBack();
    const archive = await onStore(prepared, old);
    const next = await backup(archive, { a: '3' }, { journal, acceptLoss: true });
    expect(next.number).toBe(3);
    expect((await listSnapshots(archive)).map(({ number }) => number)).toEqual([3, 1]);
    expect((await backup(archive, { a: '4' }, { journal })).number).toBe(4);
  });
});

describe('a damaged newest snapshot', () => {
  test('stops the next backup, unless the loss is accepted', async () => {
    const { archive, store } = prepared;
    await backup(archive, { a: '1' });
    const { id } = await backup(archive, { a: '2' });
    store.objects.get(`${archive.id}/snapshots/${id}`)![50]! ^= 1;
    await expect(backup(archive, { a: '3' })).rejects.toMatchObject({ code: 'archive-damaged' });
    const next = await backup(archive, { a: '3' }, { acceptLoss: true });
    expect(next.id > id).toBe(true);
    expect((await listSnapshots(archive)).map(({ number }) => number)).toEqual([2, 1]);
  });
});

test('snapshots sort by their ids even when the clock goes back', async () => {
  const { archive } = prepared;
  const ids: string[] = [];
  for (const time of [2_000_000, 1_000_000, 1_000_000, 3_000_000]) {
    ids.push((await backup(archive, { a: `${time}` }, { now: () => time })).id);
  }
  expect(ids).toEqual(ids.toSorted());
  expect((await listSnapshots(archive)).map(({ number }) => number)).toEqual([4, 3, 2, 1]);
});

async function rolledBack(): Promise<{ old: MemoryStore; journal: MemoryJournal }> {
  const journal = new MemoryJournal();
  await backup(prepared.archive, { a: '1' }, { journal });
  const old = new MemoryStore(prepared.store.objects);
  await backup(prepared.archive, { a: '2' }, { journal });
  return { old, journal };
}
