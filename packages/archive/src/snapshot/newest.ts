import { type Bytes, type StrongroomError, isStrongroomError } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { shownLength } from '../format/sealed-object.ts';
import type { StoreOptions } from '../object-store.ts';
import { openSnapshot } from './snapshot-object.ts';
import { fetchSnapshot, isUnderCurrent, listSnapshotIds, otherKey } from './snapshot-objects.ts';
import type { Snapshot } from './snapshot.ts';

/** What a problem with a snapshot is reported to. */
export type OnProblem = (error: StrongroomError) => void;

/** How much is let pass on the way to the newest snapshot. */
export interface NewestOptions extends StoreOptions {
  /**
   * Hears of newer ones that are damaged or sealed under other keys, and lets the newest intact one under the key in
   * use stand for them. Without it the newest must be that.
   */
  readonly onProblem?: OnProblem | undefined;
  /** Hears of newer ones that are sealed under an earlier key of this archive alone, which may never be the newest. */
  readonly onEarlierKey?: OnProblem | undefined;
  /** Answer none when there are snapshots and every one is damaged, rather than throw. */
  readonly orNone?: boolean;
}

/**
 * The newest snapshot; none in an archive without.
 * @throws StrongroomError 'archive-damaged', 'other-key' when there are snapshots and none can be read
 */
export async function newestSnapshot(
  archive: Archive,
  options: NewestOptions = {},
): Promise<Snapshot | undefined> {
  return (await lookForNewest(archive, options)).newest;
}

/** The newest snapshot, and the ids of newer objects that were passed over. @throws as `newestSnapshot` */
export async function lookForNewest(
  archive: Archive,
  options: NewestOptions = {},
): Promise<{ readonly newest: Snapshot | undefined; readonly passedOver: ReadonlySet<string> }> {
  const search = new Search(archive, options);
  let newest: Snapshot | undefined;
  for (const id of (await listSnapshotIds(archive, options)).toReversed()) {
    newest = await search.at(id);
    if (newest) break;
  }
  search.end(newest !== undefined);
  return { newest, passedOver: search.passedOver };
}

class Search {
  readonly passedOver = new Set<string>();
  readonly #archive: Archive;
  readonly #options: NewestOptions;
  readonly #problems: StrongroomError[] = [];
  /** The beginnings of those under other keys; which of these are earlier ones is known only to the newest. */
  readonly #foreign: { readonly id: string; readonly bytes: Bytes }[] = [];

  constructor(archive: Archive, options: NewestOptions) {
    this.#archive = archive;
    this.#options = options;
  }

  /** The snapshot with this id, when it is whole and under the key in use. */
  async at(id: string): Promise<Snapshot | undefined> {
    try {
      const bytes = await fetchSnapshot(this.#archive, id, this.#options);
      if (isUnderCurrent(this.#archive, id, bytes)) return await openSnapshot(this.#archive, id, bytes);
      this.#foreign.push({ id, bytes: bytes.slice(0, shownLength) });
    } catch (error) {
      if (!isStrongroomError(error, 'archive-damaged', 'snapshot-missing')) throw error;
      this.#tell(error);
    }
    this.passedOver.add(id);
    return undefined;
  }

  /** Tells of what was passed over. @throws the first problem when nothing was found */
  end(found: boolean): void {
    for (const { id, bytes } of this.#foreign) this.#tell(otherKey(this.#archive, id, bytes));
    const grave = this.#options.orNone
      ? this.#problems.filter((problem) => isStrongroomError(problem, 'other-key'))
      : this.#problems;
    const [first] = grave;
    if (!found && first) throw first;
  }

  #tell(error: StrongroomError): void {
    const { onProblem, onEarlierKey } = this.#options;
    const isEarlier = isStrongroomError(error, 'other-key') && error.details.earlier;
    const told = (isEarlier ? onEarlierKey : undefined) ?? onProblem;
    if (!told) throw error;
    told(error);
    this.#problems.push(error);
  }
}
