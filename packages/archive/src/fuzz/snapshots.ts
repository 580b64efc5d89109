import type { Archive } from '../archive.ts';
import { pad } from '../format/padding.ts';
import { type SealedKind, openObject } from '../format/sealed-object.ts';
import { isPackId, isSnapshotId, pruneMarkName, snapshotName } from '../object-names.ts';
import { packSize, smallestPack } from '../pack/layout.ts';
import { openPruneMark, sealPruneMark } from '../prune/prune-mark.ts';
import { checkNotRolledBack } from '../snapshot/history.ts';
import { decodeSnapshot } from '../snapshot/snapshot-message.ts';
import { openSnapshot } from '../snapshot/snapshot-object.ts';
import type { SnapshotContent } from '../snapshot/snapshot.ts';
import { archiveId, fixedArchive, packId, refsOf, sealedObject, snapshotId } from './craft.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import { sampleSnapshots } from './samples.ts';
import { type FuzzTarget, type Outcome, decoding, must } from './target.ts';

interface Sealed {
  readonly kind: SealedKind;
  readonly name: string;
}

const kinds: readonly [Sealed, Sealed] = [
  { kind: { magic: 'SRSN', label: 'strongroom snapshot' }, name: snapshotName(archiveId, snapshotId) },
  { kind: { magic: 'SRPR', label: 'strongroom prune' }, name: pruneMarkName(archiveId, snapshotId) },
];

/** Objects that are sealed whole. */
export async function snapshots(): Promise<FuzzTarget[]> {
  const { archive } = await fixedArchive();
  const refs = await refsOf(archive, [new Uint8Array(300), new Uint8Array(500)]);
  const messages = sampleSnapshots(refs);
  const sealed = await Promise.all(
    messages.map((message) => sealedObject(archive, kinds[0].kind, kinds[0].name, pad(message, 2000))),
  );
  const padded = messages.map((message) => pad(message, 1500));
  return [
    {
      name: 'snapshot, by the cloud',
      share: 4,
      run(rng) {
        const bytes = mutate(rng, sealed);
        return decoding(
          () => openSnapshot(archive, snapshotId, bytes),
          () =>
            must(
              sealed.some((sound) => Buffer.compare(sound, bytes) === 0),
              'only what was sealed is opened',
            ),
        );
      },
    },
    {
      name: 'snapshot and prune mark, by who has the key: padding',
      share: 4,
      async run(rng) {
        const { kind, name } = rng.pick(kinds);
        const forged = await sealedObject(archive, kind, name, mutate(rng, padded));
        return decoding(
          () => openObject(kind, archive.keys, name, forged),
          (message) => must(message.length <= forged.length, 'a message is within its object'),
        );
      },
    },
    {
      name: 'snapshot, by who has the key: message',
      share: 40,
      run(rng) {
        const message = mutate(rng, messages);
        return decoding(() => decodeSnapshot(message, 'x'), checkContent);
      },
    },
    await pruneMarks(archive),
  ];
}

function checkContent(content: SnapshotContent): Promise<Outcome> {
  const { number, time, writer, kept, steppedPacks, manifest } = content;
  const numbers = [number, time, writer.epoch, ...kept.map(({ number }) => number)];
  must(numbers.every(Number.isSafeInteger), 'numbers are exact');
  must(new Date(time).toISOString() !== '', 'a time can be shown');
  must(
    kept.every(({ id }) => isSnapshotId(id)),
    'kept snapshots have ids',
  );
  const sizes = [...steppedPacks.values()];
  must(
    sizes.every((size) => size >= smallestPack && size < packSize),
    'sizes of packs are possible',
  );
  for (const { offset, sealedLength } of manifest)
    must(offset + sealedLength <= packSize, 'a chunk is in its pack');
  const hash = new Uint8Array(32);
  return decoding(
    () => checkNotRolledBack({ ...content, id: snapshotId, hash }, { number: 6, hash }),
    () => undefined,
    ['rolled-back'],
  );
}

async function pruneMarks(archive: Archive): Promise<FuzzTarget> {
  const writer = { deviceId: 'd', deviceName: 'Phone', epoch: 3 };
  const content = {
    time: 1_700_000_000_000,
    writer,
    snapshotNumber: 7,
    packs: [packId, packId],
    snapshots: [snapshotId],
  };
  const [, mark] = kinds;
  const honest = await openObject(
    mark.kind,
    archive.keys,
    mark.name,
    await sealPruneMark(archive, snapshotId, content),
  );
  return {
    name: 'prune mark, by who has the key: message',
    share: 4,
    async run(rng) {
      const message = mutate(rng, [honest]);
      const forged = await sealedObject(archive, mark.kind, mark.name, pad(message, message.length + 9));
      return decoding(
        () => openPruneMark(archive, snapshotId, forged),
        ({ time, writer, snapshotNumber, packs, snapshots }) => {
          must([time, writer.epoch, snapshotNumber].every(Number.isSafeInteger), 'numbers are exact');
          must(packs.every(isPackId) && snapshots.every(isSnapshotId), 'what is doomed has names');
        },
      );
    },
  };
}
