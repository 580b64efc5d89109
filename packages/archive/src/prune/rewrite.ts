import type { Archive } from '../archive.ts';
import { sha256 } from '../format/hash.ts';
import { snapshotName } from '../object-names.ts';
import type { StoreOptions } from '../object-store.ts';
import { placeOf } from '../pack/chunk-ref.ts';
import { packSize } from '../pack/layout.ts';
import { readKept } from '../snapshot/history.ts';
import { sealSnapshot } from '../snapshot/snapshot-object.ts';
import type { KeptSnapshot, Snapshot, SnapshotContent } from '../snapshot/snapshot.ts';
import type { Moves } from './repack.ts';
import { idNear } from './snapshot-id-near.ts';
import { packsOf } from './survey.ts';

/** What a snapshot says once its chunks have moved. */
export function movedContent<S extends SnapshotContent>(snapshot: S, moves: Moves): S {
  const manifest = snapshot.manifest.map((ref) => moves.groups.get(placeOf(ref))?.ref ?? ref);
  return { ...snapshot, manifest, steppedPacks: movedSizes(snapshot, moves) };
}

// Every group that needs a pack which was moved was written anew, so these groups say what is still in use of them.
function movedSizes({ manifest, steppedPacks }: SnapshotContent, moves: Moves): Map<string, number> {
  const used = packsOf(manifest.flatMap((ref) => moves.groups.get(placeOf(ref)) ?? []));
  const stay = [...steppedPacks].filter(([pack]) => !moves.from.has(pack) || used.has(pack));
  const fresh = [...moves.packs].filter(([pack, size]) => used.has(pack) && size !== packSize);
  return new Map([...stay, ...fresh]);
}

export interface RewriteOptions extends StoreOptions {
  /** The newest snapshot, which is not written here. */
  readonly newest: Snapshot;
  /** ULIDs of all snapshots in the store. */
  readonly taken: readonly string[];
}

/**
 * Writes those of the kept snapshots anew whose chunks moved: with the same number and content, under another name,
 * and sealed under the key of now. The old objects stay.
 * @param kept oldest first
 * @returns all of them, oldest first
 */
export async function rewriteKept(
  archive: Archive,
  kept: readonly KeptSnapshot[],
  moves: Moves,
  options: RewriteOptions,
): Promise<KeptSnapshot[]> {
  if (moves.groups.size === 0) return [...kept];
  const after: KeptSnapshot[] = [];
  const taken = new Set(options.taken);
  for (const [i, one] of kept.entries()) {
    const snapshot = await readKept(archive, one, { signal: options.signal });
    if (!snapshot.manifest.some((ref) => moves.groups.has(placeOf(ref)))) after.push(one);
    else {
      const id = idNear(one.id, kept[i + 1]?.id ?? options.newest.id, taken);
      taken.add(id);
      after.push(await rewrite(archive, { ...snapshot, kept: [...after] }, one, id, moves, options));
    }
  }
  return after;
}

async function rewrite(
  archive: Archive,
  snapshot: Snapshot,
  before: KeptSnapshot,
  id: string,
  moves: Moves,
  { newest, signal }: RewriteOptions,
): Promise<KeptSnapshot> {
  const content = { ...movedContent(snapshot, moves), earlierKeys: newest.earlierKeys };
  const bytes = await sealSnapshot(archive, id, content);
  await archive.store.put(snapshotName(archive.id, id), bytes, { ifAbsent: true, signal });
  const { number, hash, firstHash = hash } = before;
  return { id, number, hash: await sha256(bytes), firstHash };
}
