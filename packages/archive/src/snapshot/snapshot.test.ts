import { isStrongroomError, randomBytes } from '@strongroom/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSnapshotId } from '../object-names.ts';
import { newArchive, testKey } from '../testing/fixtures.ts';
import { nextSnapshotId } from './snapshot-id.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot-message.ts';
import { openSnapshot, sealSnapshot } from './snapshot-object.ts';
import type { SnapshotContent } from './snapshot.ts';

const content: SnapshotContent = {
  number: 7,
  previousHash: randomBytes(32),
  time: 1_700_000_000_000,
  writer: { deviceId: 'd', deviceName: 'Grüße', epoch: 3 },
  totals: {
    messages: { files: 1, bytes: 2 },
    media: { files: 3, bytes: 2 ** 45 },
    other: { files: 0, bytes: 0 },
  },
  sources: ['/home/a', '/home/b'],
  kept: [{ id: '01M803XR117TYC172H7NB8KR54', number: 6, hash: randomBytes(32) }],
  manifest: [
    {
      name: randomBytes(32),
      pack: 'ab'.repeat(16),
      key: 'cd'.repeat(16),
      ordinal: 1,
      offset: 40,
      sealedLength: 117,
      plainLength: 100,
    },
    {
      name: randomBytes(32),
      pack: 'cd'.repeat(16),
      key: 'cd'.repeat(16),
      ordinal: 0,
      offset: 99,
      sealedLength: 117,
      plainLength: 900,
    },
  ],
  steppedPacks: new Map([['ab'.repeat(16), 1024 * 1024]]),
  earlierKeys: [testKey(3), testKey(4)],
};

describe('a snapshot', () => {
  test('says what it was given', async () => {
    expect(decodeSnapshot(encodeSnapshot(content), 'x')).toEqual(content);
    const { archive } = await newArchive();
    const id = nextSnapshotId(undefined, Date.now());
    expect(await openSnapshot(archive, id, await sealSnapshot(archive, id, content))).toMatchObject({
      ...content,
      id,
    });
  });

  test('has a stepped size, and never the same bytes', async () => {
    const { archive } = await newArchive();
    const id = nextSnapshotId(undefined, 0);
    const sizes = new Set<number>();
    for (let n = 0; n < 200; n += 20) {
      const kept = Array.from({ length: n }, () => content.kept[0]!);
      sizes.add((await sealSnapshot(archive, id, { ...content, kept })).length);
    }
    expect([...sizes]).toEqual(
      [4096, 5120, 6144, 7168, 8192, 10_240, 12_288, 14_336].filter((size) => sizes.has(size)),
    );
    expect(sizes.size).toBeGreaterThan(4);
    const [one, two] = await Promise.all([
      sealSnapshot(archive, id, content),
      sealSnapshot(archive, id, content),
    ]);
    expect(one).not.toEqual(two);
  });

  test('of altered bytes is sound or damaged, and nothing else', () => {
    const plain = encodeSnapshot(content);
    fc.assert(
      fc.property(
        fc.nat(plain.length - 1),
        fc.nat(255),
        fc.nat(plain.length),
        fc.boolean(),
        (at, to, cut, cuts) => {
          const altered = plain.slice(0, cuts ? cut : plain.length);
          if (at < altered.length) altered[at] = to;
          const decoded = soundOrDamaged(() => decodeSnapshot(altered, 'x'));
          for (const ref of decoded?.manifest ?? []) {
            expect(ref.offset + ref.sealedLength).toBeLessThanOrEqual(16 * 1024 * 1024);
          }
          for (const { id } of decoded?.kept ?? []) expect(isSnapshotId(id)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('ids of snapshots', () => {
  test('go up, whatever the clock says', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 31), { minLength: 2, maxLength: 20 }), (times) => {
        let last: string | undefined;
        for (const time of times) {
          const id = nextSnapshotId(last, time);
          expect(isSnapshotId(id)).toBe(true);
          expect(last === undefined || id > last).toBe(true);
          last = id;
        }
      }),
    );
  });
});

/** What was decoded; nothing when it was found to be damaged. Any other error goes on. */
function soundOrDamaged(decode: () => SnapshotContent): SnapshotContent | undefined {
  try {
    return decode();
  } catch (error) {
    if (!isStrongroomError(error, 'archive-damaged')) throw error;
    return undefined;
  }
}
