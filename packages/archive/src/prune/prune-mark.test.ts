import { type Bytes, concat, randomBytes, utf8 } from '@strongroom/core';
import { create, toBinary } from '@bufbuild/protobuf';
import { type PruneMark as WireMark, PruneMarkSchema } from '@strongroom/wire/archive';
import { ulid } from 'ulid';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Archive } from '../archive.ts';
import { sealObject } from '../format/sealed-object.ts';
import { pruneMarkName } from '../object-names.ts';
import { newArchive, testKey } from '../testing/fixtures.ts';
import { type PruneMarkContent, openPruneMark, sealPruneMark } from './prune-mark.ts';

const content: PruneMarkContent = {
  time: 1_700_000_000_000,
  writer: { deviceId: 'device-1', deviceName: 'Phone', epoch: 3 },
  snapshotNumber: 12,
  packs: ['00112233445566778899aabbccddeeff', 'ff112233445566778899aabbccddeeff'],
  snapshots: [ulid(1), ulid(2)],
};
const id = ulid(1_700_000_000_000);

let archive: Archive;
let sealed: Bytes;

beforeAll(async () => {
  ({ archive } = await newArchive());
  sealed = await sealPruneMark(archive, id, content);
});

describe('a prune mark', () => {
  test('says again what it was given', async () => {
    expect(await openPruneMark(archive, id, sealed)).toEqual({ ...content, id });
    const empty = { ...content, packs: [], snapshots: [] };
    expect(await openPruneMark(archive, id, await sealPruneMark(archive, id, empty))).toEqual({
      ...empty,
      id,
    });
  });

  test('begins as its format says, and its size tells little', () => {
    expect(sealed.subarray(0, 8)).toEqual(concat(utf8('SRPR'), Uint8Array.of(0, 1, 0, 0)));
    expect(sealed.length).toBe(4096);
  });

  test('under another name is damage, in another archive too', async () => {
    const damage = { code: 'archive-damaged' };
    await expect(openPruneMark(archive, ulid(5), sealed)).rejects.toMatchObject(damage);
    const { archive: same } = await newArchive();
    await expect(openPruneMark(same, id, sealed)).rejects.toMatchObject(damage);
    const { archive: other } = await newArchive({ key: testKey(8) });
    await expect(openPruneMark(other, id, sealed)).rejects.toMatchObject(damage);
  });

  test('with any bit changed is damage', async () => {
    for (let at = 0; at < sealed.length; at += 37) {
      const code = at === 4 || at === 5 ? 'newer-version' : 'archive-damaged';
      const changed = sealed.with(at, sealed[at]! ^ 1);
      await expect(openPruneMark(archive, id, changed), `byte ${at}`).rejects.toMatchObject({ code });
    }
    await expect(openPruneMark(archive, id, sealed.slice(0, -1))).rejects.toMatchObject({
      code: 'archive-damaged',
    });
    await expect(openPruneMark(archive, id, new Uint8Array())).rejects.toMatchObject({
      code: 'archive-damaged',
    });
  });

  test('of a newer version asks for an update', async () => {
    await expect(openPruneMark(archive, id, sealed.with(5, 2))).rejects.toMatchObject({
      code: 'newer-version',
    });
  });
});

describe('a prune mark that no honest writer makes is damage:', () => {
  const writer = { deviceId: 'a', deviceName: 'b', epoch: 1n };
  const cases: [string, Parameters<typeof create<typeof PruneMarkSchema>>[1]][] = [
    ['without a writer', {}],
    ['a pack with a short name', { writer, packs: [randomBytes(15)] }],
    ['a snapshot that is a path', { writer, snapshots: ['../descriptor'] }],
    ['a snapshot without a name', { writer, snapshots: [''] }],
    ['a time behind all times', { writer, timeMs: 2n ** 63n }],
  ];

  test.each(cases)('%s', async (_, init) => {
    const message: WireMark = create(PruneMarkSchema, init);
    const kind = { magic: 'SRPR', label: 'strongroom prune' } as const;
    const name = pruneMarkName(archive.id, id);
    const bytes = await sealObject(
      kind,
      archive.keys,
      name,
      new Uint8Array(toBinary(PruneMarkSchema, message)),
    );
    await expect(openPruneMark(archive, id, bytes)).rejects.toMatchObject({ code: 'archive-damaged' });
  });
});
