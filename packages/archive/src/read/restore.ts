import { StrongroomError, isStrongroomError } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import type { Archive } from '../archive.ts';
import { Budget, forEachOf } from '../concurrency.ts';
import type { Entry } from '../entry.ts';
import { isDamage, readManifest } from '../manifest/manifest-reader.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { type OnProgress, ProgressMeter } from '../progress.ts';
import { checkNotRolledBack, infoOf, newestSnapshot } from '../snapshot/history.ts';
import type { Snapshot, SnapshotInfo, SnapshotMark } from '../snapshot/snapshot.ts';
import type { Target } from '../target.ts';
import type { OnWarning } from '../warning.ts';
import { MediaOrder } from './media-order.ts';
import { snapshotNamed } from './find-snapshot.ts';
import type { Selection } from './selection.ts';
import { writeContent } from './write-content.ts';

// While some files are read, others wait until the disk has them.
const filesAtOnce = 16;
const bytesAtOnce = 8 * 1024 * 1024;

export interface RestoreOptions {
  /** By default everything. */
  readonly only?: Selection | undefined;
  /** The newest snapshot that somebody else vouches for; checked when `latest` is restored. */
  readonly expected?: SnapshotMark | undefined;
  readonly progress?: OnProgress | undefined;
  readonly warn?: OnWarning | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An entry, or a part of the manifest (`path` is empty then), that could not be restored. */
export interface RestoreFailure {
  readonly path: string;
  readonly error: StrongroomError;
}

export interface RestoreResult {
  readonly snapshot: SnapshotInfo;
  /** Files written by this run. */
  readonly restored: number;
  /** Files that were there already. */
  readonly skipped: number;
  /** Bytes written by this run. */
  readonly bytes: number;
  readonly failures: readonly RestoreFailure[];
}

/** Everything intact was restored, but not everything is intact. */
export class RestoreError extends StrongroomError {
  readonly result: RestoreResult;

  constructor(result: RestoreResult) {
    const { error } = result.failures[0]!;
    super(error.code, error.details, { cause: error });
    this.result = result;
  }
}

/**
 * Restores a snapshot: messages first, then media, newest first, then the rest, links last. A file is visible under
 * its name only when every byte of it was verified. Another call with the same target goes on where this one ended.
 * @param id a snapshot's id or number, `previous` or `latest`
 * @throws RestoreError after everything intact was restored, when something is not
 * @throws StrongroomError 'snapshot-missing', 'target-not-empty', 'rolled-back', 'newer-version', 'archive-damaged'
 * (the snapshot itself), 'disk-full', 'cancelled', and what the store throws
 */
export async function restoreSnapshot(
  archive: Archive,
  id: string,
  target: Target,
  options: RestoreOptions = {},
): Promise<RestoreResult> {
  throwIfAborted(options.signal);
  const snapshot = await chooseSnapshot(archive, id, options);
  await target.begin(`${archive.id}/${snapshot.id}`);
  const restore = new Restore(archive, snapshot, target, options);
  try {
    await restore.run();
  } finally {
    restore.close();
  }
  const result = restore.result();
  await target.finish(result.failures.length === 0);
  if (result.failures.length > 0) throw new RestoreError(result);
  return result;
}

async function chooseSnapshot(archive: Archive, id: string, options: RestoreOptions): Promise<Snapshot> {
  const { expected, warn, signal } = options;
  const onEarlierKey = ({ message }: Error): void => warn?.({ code: 'other-key', path: '', message });
  if (id !== 'latest') return snapshotNamed(archive, id, { signal, onEarlierKey });
  const newest = await newestSnapshot(archive, { signal, onEarlierKey });
  // An archive that was emptied is one that was rolled back.
  if (expected) checkNotRolledBack(newest, expected);
  if (!newest) throw new StrongroomError('snapshot-missing', { snapshot: id });
  return newest;
}

class Restore {
  readonly #snapshot: Snapshot;
  readonly #target: Target;
  readonly #options: RestoreOptions;
  readonly #reader: ChunkReader;
  readonly #meter: ProgressMeter;
  readonly #failures = new Map<string, RestoreFailure>();
  readonly #media = new MediaOrder();
  readonly #directories: Entry[] = [];
  readonly #budget = new Budget(bytesAtOnce);
  #restored = 0;
  #skipped = 0;
  #bytes = 0;

  constructor(archive: Archive, snapshot: Snapshot, target: Target, options: RestoreOptions) {
    this.#snapshot = snapshot;
    this.#target = target;
    this.#options = options;
    const expect = options.only ? 'little' : 'everything';
    this.#reader = new ChunkReader(archive, { signal: options.signal, expect });
    this.#meter = new ProgressMeter('scan', options.progress);
  }

  result(): RestoreResult {
    return {
      snapshot: infoOf(this.#snapshot),
      restored: this.#restored,
      skipped: this.#skipped,
      bytes: this.#bytes,
      failures: [...this.#failures.values()],
    };
  }

  close(): void {
    this.#reader.close();
  }

  async run(): Promise<void> {
    await this.#survey();
    const messages = this.#walk(({ kind, category }) => kind === 'file' && category === 'messages');
    await this.#files(messages);
    await this.#files(this.#media.newestFirst(() => this.#walk(isMediaFile)));
    const others = this.#walk(({ kind, category }) => kind === 'file' && category === 'other');
    await this.#files(others);
    await this.#each(this.#directories, (entry) => this.#target.directory(entry));
    await this.#each(
      this.#walk(({ kind }) => kind === 'symlink'),
      (entry) => this.#target.symlink(entry),
    );
    await this.#each(this.#directories.toReversed(), (entry) => this.#target.finishDirectory(entry));
  }

  /** Counts what there is to do. */
  async #survey(): Promise<void> {
    let files = 0;
    let bytes = 0;
    for await (const entry of this.#walk(() => true)) {
      if (entry.kind === 'directory') this.#directories.push(entry);
      if (isMediaFile(entry)) this.#media.add(entry);
      files++;
      bytes += entry.size;
    }
    this.#meter.begin('restore', { files, bytes });
  }

  /** The wanted entries that can be read. */
  async *#walk(wanted: (entry: Entry) => boolean): AsyncGenerator<Entry> {
    const lost = (error: unknown): void => this.#fail('', error as StrongroomError);
    const { only } = this.#options;
    for await (const entry of readManifest(this.#reader, this.#snapshot.manifest, lost)) {
      throwIfAborted(this.#options.signal);
      if (wanted(entry) && (!only || only(entry))) yield entry;
    }
  }

  async #files(entries: AsyncIterable<Entry>): Promise<void> {
    await forEachOf(entries, filesAtOnce, (entry) =>
      this.#attempt(entry, () => this.#budget.spend(entry.size, () => this.#file(entry))),
    );
  }

  async #each(
    entries: AsyncIterable<Entry> | Iterable<Entry>,
    work: (entry: Entry) => Promise<void>,
  ): Promise<void> {
    for await (const entry of entries) await this.#attempt(entry, () => work(entry));
  }

  async #attempt(entry: Entry, work: () => Promise<void>): Promise<void> {
    throwIfAborted(this.#options.signal);
    try {
      await work();
      if (entry.kind !== 'directory') this.#meter.fileDone();
    } catch (error) {
      if (!isDamage(error) && !isStrongroomError(error, 'not-permitted')) throw error;
      this.#fail(entry.path, error as StrongroomError);
    }
  }

  async #file(entry: Entry): Promise<void> {
    this.#meter.file(entry.path);
    const there = await this.#target.look(entry);
    if (there === 'absent') return this.#write(entry);
    if (there === 'other') this.#keep(entry);
    this.#skipped++;
    this.#meter.bytes(entry.size);
  }

  async #write(entry: Entry): Promise<void> {
    const file = await this.#target.file(entry);
    try {
      await writeContent(this.#reader, entry, file, (bytes) => {
        throwIfAborted(this.#options.signal);
        this.#meter.bytes(bytes);
      });
      await file.commit();
    } catch (error) {
      await file.discard();
      throw error;
    }
    this.#restored++;
    this.#bytes += entry.size;
  }

  #keep({ path }: Entry): void {
    this.#options.warn?.({ code: 'kept', path, message: `${path} is there already and was left as it is.` });
  }

  #fail(path: string, error: StrongroomError): void {
    this.#failures.set(`${path}\0${error.message}`, { path, error });
  }
}

function isMediaFile({ kind, category }: Entry): boolean {
  return kind === 'file' && category === 'media';
}
