import { type StrongroomError, isStrongroomError, utf8 } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import type { ObjectStore, StoreOptions } from '../object-store.ts';
import { type OnProgress, ProgressMeter } from '../progress.ts';
import { type RetryPolicy, patientRetry, retrying } from '../retry.ts';
import { nextSnapshotId } from '../snapshot/snapshot-id.ts';
import type { Source } from '../source.ts';
import type { OnWarning } from '../warning.ts';
import { countSource } from '../write/totals.ts';
import { PartWriter } from './part-writer.ts';
import { type PlainDone, checkParts, listPlain, removePlain } from './plain-backups.ts';
import { doneName, partName } from './plain-names.ts';
import { tarStream } from './tar-stream.ts';

export interface WritePlainOptions extends StoreOptions {
  readonly progress?: OnProgress | undefined;
  readonly warn?: OnWarning | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly retry?: RetryPolicy;
}

export interface PlainResult extends PlainDone {
  /** ULID. */
  readonly id: string;
  /** Bytes of the files alone. */
  readonly contentBytes: number;
  /** Why an older one is still there; the next plain backup removes it. */
  readonly olderProblem: StrongroomError | undefined;
}

/**
 * Stores a source UNENCRYPTED, as a tar stream in parts of 16 MiB: whoever can read the cloud can read it. What does
 * not reach its end leaves the plain backup before it as it was; afterwards older ones are deleted.
 * @param archiveId 32 hexadecimal digits
 * @throws StrongroomError 'archive-incomplete', 'archive-damaged' when the cloud does not show what was stored,
 * 'cancelled', and what the store throws
 */
export async function writePlain(
  cloud: ObjectStore,
  archiveId: string,
  source: Source,
  options: WritePlainOptions = {},
): Promise<PlainResult> {
  const { signal, now = Date.now } = options;
  const store = retrying(cloud, options.retry ?? patientRetry);
  const older = await listPlain(store, archiveId, { signal });
  // Nobody can restore these: they make room first.
  for (const one of older) if (!one.finished) await removePlain(store, one, { signal });
  const id = nextSnapshotId(older.at(-1)?.id, now());
  const written = await writeParts(store, archiveId, id, source, options);
  const [made] = (await listPlain(store, archiveId, { signal })).filter((one) => one.id === id);
  checkParts(made ?? { archiveId, id, finished: false, parts: new Map() }, written);
  throwIfAborted(signal);
  const { parts, bytes, files } = written;
  const done = utf8(`${JSON.stringify({ parts, bytes, files })}\n`);
  await store.put(doneName(archiveId, id), done, { signal, ifAbsent: true });
  return { id, ...written, olderProblem: await removeOlder(store, archiveId, id, signal) };
}

async function writeParts(
  store: ObjectStore,
  archiveId: string,
  id: string,
  source: Source,
  { progress, warn = () => undefined, signal }: WritePlainOptions,
): Promise<PlainDone & Pick<PlainResult, 'contentBytes'>> {
  const meter = new ProgressMeter('scan', progress);
  if (meter.heard) meter.begin('backup', await countSource(source, signal));
  const writer = new PartWriter(async (number, bytes) => {
    await store.put(partName(archiveId, id, number), bytes, { signal });
    meter.uploaded(bytes.length);
  });
  let files = 0;
  let contentBytes = 0;
  const count = ({ kind, size }: { readonly kind: string; readonly size: number }): void => {
    if (kind === 'file') files++;
    contentBytes += size;
  };
  try {
    for await (const bytes of tarStream(source, { meter, warn, signal, count })) await writer.write(bytes);
    const written = await writer.finish();
    meter.phase('finish');
    return { ...written, files, contentBytes };
  } finally {
    await writer.settle();
  }
}

// The new one is finished: what happens to the older ones does not undo that.
async function removeOlder(
  store: ObjectStore,
  archiveId: string,
  newest: string,
  signal: AbortSignal | undefined,
): Promise<StrongroomError | undefined> {
  try {
    for (const one of await listPlain(store, archiveId, { signal }))
      if (one.id < newest) await removePlain(store, one, { signal });
    return undefined;
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    return error;
  }
}
