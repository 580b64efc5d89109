import { Secret, randomBytes } from '@strongroom/core';
import { describe, expect, test } from 'vitest';
import { createArchive, deleteArchive, findArchives, newArchiveId, openArchive } from './archive.ts';
import { readDescriptor } from './descriptor.ts';
import { unwrapKey, wrapKey } from './passkey.ts';
import { FaultyStore } from './testing/faulty-store.ts';
import {
  backup,
  hastyRetry,
  newArchive,
  noRetry,
  restore,
  testKey,
  unreachable,
} from './testing/fixtures.ts';
import { MemoryStore } from './testing/memory-store.ts';
import type { UnlockWay } from './unlock.ts';

const passkey: UnlockWay = {
  way: 'passkey',
  credentialId: randomBytes(20),
  relyingParty: 'example.org',
  salt: randomBytes(32),
  wrappedKey: randomBytes(60),
};

describe('an archive', () => {
  test('says before it is opened what opens it', async () => {
    const store = new MemoryStore();
    const unlock: UnlockWay[] = [{ way: 'password', directoryEpoch: 3 }, { way: 'key' }, passkey];
    const { id } = await createArchive({ store, key: testKey(), unlock });
    expect((await readDescriptor(store, id)).unlock).toEqual(unlock);
    expect(await findArchives(store)).toEqual([await readDescriptor(store, id)]);
  });

  test('changes the ways to unlock', async () => {
    const { archive, store, key } = await newArchive();
    await archive.setUnlock([passkey]);
    expect((await readDescriptor(store, archive.id)).unlock).toEqual([passkey]);
    expect(await (await openArchive({ store, key, archiveId: archive.id })).unlock()).toEqual([passkey]);
  });

  test('does not open with another key', async () => {
    const { archive, store } = await newArchive();
    const opening = openArchive({ store, key: testKey(8), archiveId: archive.id });
    await expect(opening).rejects.toMatchObject({ code: 'wrong-key' });
  });

  test('is not there', async () => {
    const opening = openArchive({ store: new MemoryStore(), key: testKey(), archiveId: newArchiveId() });
    await expect(opening).rejects.toMatchObject({ code: 'archive-missing' });
  });

  test('is not made twice under one id', async () => {
    const { archive, store, key } = await newArchive();
    const again = createArchive({ store, key, unlock: [], archiveId: archive.id });
    await expect(again).rejects.toMatchObject({ code: 'object-exists' });
  });

  test.each(['', '..', 'a'.repeat(31), 'A'.repeat(32), `${'a'.repeat(32)}/`])(
    'has no id like %j',
    async (id) => {
      const opening = openArchive({ store: new MemoryStore(), key: testKey(), archiveId: id });
      await expect(opening).rejects.toMatchObject({ code: 'malformed' });
    },
  );

  test('notices every altered bit of its descriptor', async () => {
    const { archive, store, key } = await newArchive();
    const [name, bytes] = [...store.objects][0]!;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = bytes.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      store.objects.set(name, altered);
      const opening = openArchive({ store, key, archiveId: archive.id });
      await expect(opening, `bit ${bit}`).rejects.toMatchObject({
        code: expect.stringMatching(/^(archive-damaged|newer-version|wrong-key)$/),
      });
    }
  });

  test('does not take the descriptor of another archive with the same key', async () => {
    const one = await newArchive();
    const other = await newArchive();
    one.store.objects.set(`${one.archive.id}/descriptor`, [...other.store.objects.values()][0]!);
    const opening = openArchive({ store: one.store, key: one.key, archiveId: one.archive.id });
    await expect(opening).rejects.toMatchObject({ code: 'archive-damaged' });
  });

  test('opens with the key alone when the descriptor is lost', async () => {
    const { archive, store, key } = await newArchive();
    await backup(archive, { 'a.txt': 'still here' });
    store.objects.delete(`${archive.id}/descriptor`);
    const opened = await openArchive({ store, key, archiveId: archive.id, withoutDescriptor: true });
    expect((await restore(opened)).target.entries.size).toBe(1);
  });

  test('is found beside a damaged one, and a damaged one alone says so', async () => {
    const { archive, store } = await newArchive();
    const damaged = newArchiveId();
    store.objects.set(`${damaged}/descriptor`, randomBytes(100));
    store.objects.set('something/else', randomBytes(100));
    expect((await findArchives(store)).map(({ archiveId }) => archiveId)).toEqual([archive.id]);
    store.objects.delete(`${archive.id}/descriptor`);
    await expect(findArchives(store)).rejects.toMatchObject({ code: 'archive-damaged' });
  });

  test('is deleted whole, its descriptor last, and leaves others alone', async () => {
    const { archive, store } = await newArchive();
    await backup(archive, { 'a.txt': 'x' });
    const other = await createArchive({ store, key: testKey(), unlock: [] });
    const removals = store.objects.size - 1;
    for (let k = 1; k <= removals; k++) {
      const objects = new MemoryStore(store.objects);
      const faulty = new FaultyStore(objects, (n) =>
        n === k ? { when: 'before', error: unreachable() } : undefined,
      );
      await expect(deleteArchive(faulty, archive.id)).rejects.toMatchObject({ code: 'cloud-unreachable' });
      expect(objects.objects.has(`${archive.id}/descriptor`)).toBe(true);
    }
    await deleteArchive(store, archive.id);
    expect([...store.objects.keys()]).toEqual([`${other.id}/descriptor`]);
  });
});

describe('requests', () => {
  test('that do not reach the cloud are repeated', async () => {
    const store = new MemoryStore();
    for (const when of ['before', 'after'] as const) {
      const faulty = new FaultyStore(store, (n) => (n < 2 ? { when, error: unreachable() } : undefined));
      const archive = await createArchive({ store: faulty, key: testKey(), unlock: [], retry: hastyRetry });
      expect(store.objects.has(`${archive.id}/descriptor`)).toBe(true);
    }
  });

  test('are given up in the end', async () => {
    const store = new FaultyStore(new MemoryStore(), () => ({ when: 'before', error: unreachable() }));
    const options = { store, key: testKey(), unlock: [] };
    await expect(createArchive({ ...options, retry: hastyRetry })).rejects.toMatchObject({
      code: 'cloud-unreachable',
    });
    expect(store.operations).toBe(hastyRetry.attempts);
    await expect(createArchive({ ...options, retry: noRetry })).rejects.toMatchObject({
      code: 'cloud-unreachable',
    });
  });
});

describe('a passkey', () => {
  const archiveId = newArchiveId();

  test('wraps the backup key', async () => {
    const prf = new Secret(randomBytes(32));
    const wrapped = await wrapKey(testKey(), prf, archiveId);
    expect((await unwrapKey(wrapped, prf, archiveId)).reveal()).toEqual(testKey().reveal());
  });

  test('of another person, or for another archive, does not open it', async () => {
    const prf = new Secret(randomBytes(32));
    const wrapped = await wrapKey(testKey(), prf, archiveId);
    const wrong = { code: 'wrong-key' };
    await expect(unwrapKey(wrapped, new Secret(randomBytes(32)), archiveId)).rejects.toMatchObject(wrong);
    await expect(unwrapKey(wrapped, prf, newArchiveId())).rejects.toMatchObject(wrong);
    const cut = { ...wrapped, wrappedKey: wrapped.wrappedKey.slice(0, 10) };
    await expect(unwrapKey(cut, prf, archiveId)).rejects.toMatchObject(wrong);
  });
});
