import { type Bytes, StrongroomError, isStrongroomError } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import type { Category, EntryFacts } from '../entry.ts';
import type { ObjectStore, StoreOptions } from '../object-store.ts';
import { type OnProgress, ProgressMeter } from '../progress.ts';
import type { RestoreFailure } from '../read/restore.ts';
import type { Selection } from '../read/selection.ts';
import { type RetryPolicy, patientRetry, retrying } from '../retry.ts';
import type { Target } from '../target.ts';
import type { OnWarning } from '../warning.ts';
import { type PlainBackup, type PlainDone, checkParts, readDone } from './plain-backups.ts';
import { partName } from './plain-names.ts';
import { type TarEntry, readTar } from './tar-reader.ts';

export interface RestorePlainOptions extends StoreOptions {
  /** By default everything. */
  readonly only?: Selection | undefined;
  /** What a selection by category goes by; by default everything is `other`. */
  readonly categoryOf?: (path: string) => Category;
  readonly progress?: OnProgress | undefined;
  readonly warn?: OnWarning | undefined;
  readonly retry?: RetryPolicy;
}

export interface RestorePlainResult {
  /** Files written by this run. */
  readonly restored: number;
  /** Files that were there already. */
  readonly skipped: number;
  readonly bytes: number;
  readonly failures: readonly RestoreFailure[];
}

/**
 * Unpacks a plain backup. Nobody vouches for what it holds: whoever can write to the cloud can have changed it. Nothing
 * is written outside of the target, nor over what is there.
 * @throws StrongroomError 'archive-incomplete', 'archive-damaged', 'target-not-empty', 'disk-full', 'cancelled'
 */
export async function restorePlain(
  cloud: ObjectStore,
  backup: PlainBackup,
  target: Target,
  options: RestorePlainOptions = {},
): Promise<RestorePlainResult> {
  const { signal, only, categoryOf = () => 'other' } = options;
  const store = retrying(cloud, options.retry ?? patientRetry);
  const done = await readDone(store, backup, { signal });
  checkParts(backup, done);
  await target.begin(`${backup.archiveId}/plain/${backup.id}`);
  const unpacking = new Unpacking(target, options, done);
  const stream = partsOf(store, backup, done, unpacking.meter, signal);
  for await (const entry of readTar(stream, categoryOf)) {
    throwIfAborted(signal);
    if (!only || only(entry.facts)) await unpacking.take(entry);
  }
  await unpacking.finish();
  const result = unpacking.result();
  await target.finish(result.failures.length === 0);
  return result;
}

/** The parts in their order; the next is fetched while one is read. */
async function* partsOf(
  store: ObjectStore,
  { archiveId, id }: PlainBackup,
  { parts }: PlainDone,
  meter: ProgressMeter,
  signal: AbortSignal | undefined,
): AsyncGenerator<Bytes> {
  const fetch = (number: number): Promise<Bytes> => {
    const part = store.get(partName(archiveId, id, number), { signal });
    part.catch(() => undefined);
    return part;
  };
  let next = parts > 0 ? fetch(0) : undefined;
  for (let number = 1; next; number++) {
    const part: Bytes = await next.catch((error: unknown) => {
      if (!isStrongroomError(error, 'object-missing')) throw error;
      const { object } = error.details;
      throw new StrongroomError('archive-incomplete', { object }, { cause: error });
    });
    next = number < parts ? fetch(number) : undefined;
    yield part;
    meter.bytes(part.length);
  }
}

class Unpacking {
  readonly meter: ProgressMeter;
  readonly #target: Target;
  readonly #warn: OnWarning;
  readonly #signal: AbortSignal | undefined;
  readonly #directories: EntryFacts[] = [];
  readonly #links: EntryFacts[] = [];
  readonly #failures: RestoreFailure[] = [];
  #restored = 0;
  #skipped = 0;
  #bytes = 0;

  constructor(target: Target, { progress, warn, signal }: RestorePlainOptions, { files, bytes }: PlainDone) {
    this.#target = target;
    this.#warn = warn ?? (() => undefined);
    this.#signal = signal;
    this.meter = new ProgressMeter('restore', progress);
    this.meter.begin('restore', { files, bytes });
  }

  result(): RestorePlainResult {
    return {
      restored: this.#restored,
      skipped: this.#skipped,
      bytes: this.#bytes,
      failures: this.#failures,
    };
  }

  async take(entry: TarEntry): Promise<void> {
    const { facts } = entry;
    this.meter.file(facts.path);
    if (facts.kind === 'directory') {
      this.#directories.push(facts);
      await this.#attempt(facts, () => this.#target.directory(facts));
    } else if (facts.kind === 'symlink') this.#links.push(facts);
    else await this.#attempt(facts, () => this.#file(entry));
  }

  /** Links come last, so that nothing is written through one; folders get their times after what is in them. */
  async finish(): Promise<void> {
    for (const link of this.#links) await this.#attempt(link, () => this.#target.symlink(link));
    for (const directory of this.#directories.toReversed())
      await this.#attempt(directory, () => this.#target.finishDirectory(directory));
  }

  async #file({ facts, content }: TarEntry): Promise<void> {
    const there = await this.#target.look(facts);
    if (there === 'absent') return this.#write(facts, content);
    this.#skipped++;
    const { path } = facts;
    if (there === 'other')
      this.#warn({ code: 'kept', path, message: `${path} is there already and was left as it is.` });
  }

  async #write(facts: EntryFacts, content: AsyncIterable<Bytes>): Promise<void> {
    const file = await this.#target.file(facts);
    try {
      for await (const bytes of content) {
        throwIfAborted(this.#signal);
        await file.write(bytes);
      }
      await file.commit();
    } catch (error) {
      await file.discard();
      throw error;
    }
    this.#restored++;
    this.#bytes += facts.size;
    this.meter.fileDone();
  }

  /** What the target refuses fails the one entry. */
  async #attempt({ path }: EntryFacts, work: () => Promise<void>): Promise<void> {
    throwIfAborted(this.#signal);
    try {
      await work();
    } catch (error) {
      if (!isStrongroomError(error, 'not-permitted')) throw error;
      this.#failures.push({ path, error });
    }
  }
}
