import { utf8 } from '@strongroom/core';
import { findArchiveIds, findArchives } from '../archive.ts';
import { type Magic, checkHeader, encodeHeader } from '../format/header.ts';
import {
  descriptorName,
  isPackId,
  isSnapshotId,
  packName,
  pruneMarkName,
  snapshotName,
} from '../object-names.ts';
import type { StoredObject } from '../object-store.ts';
import { packSize } from '../pack/layout.ts';
import { listSnapshotIds } from '../snapshot/history.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { listPacks } from '../write/pack-inventory.ts';
import { archiveId, fixedArchive, packId, snapshotId } from './craft.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import { type FuzzTarget, decoding, must } from './target.ts';

const magics: readonly Magic[] = ['SRDE', 'SRPK', 'SRSN', 'SRPR'];
const headers = magics.map(encodeHeader);

/** The clear bytes at the start of every object. */
export const header: FuzzTarget = {
  name: 'header',
  share: 20,
  run(rng) {
    const magic = rng.pick(magics);
    const bytes = mutate(rng, headers);
    const right = encodeHeader(magic);
    return decoding(
      () => checkHeader('x', bytes, magic),
      () =>
        must(Buffer.compare(right, bytes.subarray(0, 8)) === 0, 'a header is accepted only as it is written'),
    );
  },
};

/** A store that lists what it likes. */
class ListingStore extends MemoryStore {
  readonly #listed: readonly StoredObject[];

  constructor(listed: readonly StoredObject[]) {
    super();
    this.#listed = listed;
  }

  override async *list(): AsyncGenerator<StoredObject> {
    for (const object of this.#listed) yield object;
  }
}

/** What a cloud says is there. */
export async function objectNames(): Promise<FuzzTarget> {
  const { archive } = await fixedArchive();
  const names = [
    descriptorName(archiveId),
    packName(archiveId, packId),
    snapshotName(archiveId, snapshotId),
    pruneMarkName(archiveId, snapshotId),
  ].map(utf8);
  return {
    name: 'object names',
    share: 5,
    async run(rng) {
      const listed = Array.from({ length: rng.below(6) }, () => {
        const name = Buffer.from(mutate(rng, names)).toString(rng.pick(['utf8', 'latin1']));
        return { name, size: rng.pick([0, packSize, -1, Number.NaN, Infinity, 1.5]) };
      });
      const store = new ListingStore(listed);
      const listing = { ...archive, store };
      const ids = await listSnapshotIds(listing);
      must(ids.every(isSnapshotId), 'ids of snapshots are ULIDs');
      must([...(await listPacks(listing)).keys()].every(isPackId), 'names of packs are 32 digits');
      must(
        (await findArchiveIds(store)).every((id) => /^[0-9a-f]{32}$/.test(id)),
        'ids of archives are digits',
      );
      return decoding(
        () => findArchives(store),
        (found) => must(found.length === 0, 'what is listed and not there is no archive'),
        ['archive-missing'],
      );
    },
  };
}
