import { isStrongroomError } from '@strongroom/core';
import type { Entry, Extent, Patch } from '../entry.ts';
import { damaged } from '../format/header.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import type { ChunkReader } from '../pack/chunk-reader.ts';
import { comparePaths } from '../paths.ts';
import { type EntryRecord, decodeGroup } from './group.ts';
import { type ListedEntry, type RecordPlace, sameFacts } from './listed-entry.ts';

/** Reads one group. @param patchedTo as in its first record @throws StrongroomError 'archive-damaged', 'archive-incomplete', 'newer-version' */
export async function readGroup(reader: ChunkReader, group: ChunkRef, patchedTo = 0): Promise<EntryRecord[]> {
  return decodeGroup(await reader.chunk(group), manifestObject, patchedTo);
}

/** How errors name the manifest. */
export const manifestObject = 'the manifest';

/**
 * The entries of a manifest, in the order of their paths, one group in memory at a time.
 * @param onDamage hears of every group that cannot be read, and of entries that are not whole; reading goes on
 * behind them. Without it the error is thrown.
 */
export async function* readManifest(
  reader: ChunkReader,
  groups: readonly ChunkRef[],
  onDamage?: (error: unknown) => void,
): AsyncGenerator<Entry> {
  for await (const { entry } of listManifest(reader, groups, onDamage)) yield entry;
}

/** The same, with where the records of each entry are. */
export async function* listManifest(
  reader: ChunkReader,
  groups: readonly ChunkRef[],
  onDamage?: (error: unknown) => void,
): AsyncGenerator<ListedEntry> {
  const assembler = new EntryAssembler();
  for (const [i, group] of groups.entries()) {
    const next = groups[i + 1];
    if (next) reader.chunk(next).catch(() => undefined);
    try {
      const records = await readGroup(reader, group, assembler.patchedTo);
      const read = { ref: group, records };
      for (const [index, record] of records.entries()) {
        const listed = assembler.take(record, { group: read, index });
        if (listed) yield listed;
      }
    } catch (error) {
      if (!onDamage || !isDamage(error)) throw error;
      assembler.drop();
      onDamage(error);
    }
  }
  reportUnfinished(assembler, onDamage);
}

function reportUnfinished(assembler: EntryAssembler, onDamage?: (error: unknown) => void): void {
  if (!assembler.unfinished) return;
  const error = damaged(manifestObject, 'ends in the middle of an entry');
  if (!onDamage) throw error;
  onDamage(error);
}

/** Whether an error says that something of the archive is lost, so that the rest may still be read. */
export function isDamage(error: unknown): boolean {
  return isStrongroomError(error, 'archive-damaged', 'archive-incomplete');
}

/** Puts entries together whose extents fill several records, and sees to the order of the paths. */
class EntryAssembler {
  #begun: Entry | undefined;
  #extents: Extent[] = [];
  #patches: Patch[] = [];
  #places: RecordPlace[] = [];
  #last = '';
  #gap = false;

  /** What the next record begins with: the end of the patches of the entry it goes on with. */
  get patchedTo(): number {
    const last = this.#patches.at(-1);
    return last ? last.at + last.length : 0;
  }

  get unfinished(): boolean {
    return this.#begun !== undefined;
  }

  /** A group is lost: forgets the entry that it went on with, and lets the next one be the rest of another. */
  drop(): void {
    this.#forget();
    this.#gap = true;
  }

  /** @returns the entry when it is whole */
  take({ entry, continues }: EntryRecord, place: RecordPlace): ListedEntry | undefined {
    this.#checkOrder(entry.path);
    if (this.#begun && !sameFacts(this.#begun, entry))
      throw damaged(manifestObject, 'holds a file whose parts do not agree');
    this.#begun = entry;
    this.#last = entry.path;
    for (const extent of entry.extents) this.#extents.push(extent);
    for (const patch of entry.patches) this.#patches.push(patch);
    this.#places.push(place);
    if (continues) return undefined;
    const whole = { ...entry, extents: this.#extents, patches: this.#patches };
    const listed = { entry: whole, places: this.#places };
    const mayLackStart = this.#gap;
    this.#gap = false;
    this.#forget();
    if (lengthOf(whole) === whole.size) return listed;
    if (mayLackStart) return undefined;
    throw damaged(manifestObject, 'holds a file that is not whole');
  }

  #forget(): void {
    this.#begun = undefined;
    this.#extents = [];
    this.#patches = [];
    this.#places = [];
  }

  #checkOrder(path: string): void {
    const order = comparePaths(this.#last, path);
    if (this.#begun ? order !== 0 : order >= 0) throw damaged(manifestObject, 'is not in order');
  }
}

function lengthOf(entry: Entry): number {
  return entry.extents.reduce((sum, extent) => sum + extent.length, 0);
}
