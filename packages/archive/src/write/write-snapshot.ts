import { randomBytes } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import type { Archive } from '../archive.ts';
import { Budget, mapInOrder } from '../concurrency.ts';
import { chunksOf } from '../entry.ts';
import { hmacKey } from '../format/keys.ts';
import { pageKeyLength } from '../journal.ts';
import { type ListedEntry, listedAgain } from '../manifest/listed-entry.ts';
import { listManifest } from '../manifest/manifest-reader.ts';
import { ManifestWriter } from '../manifest/manifest-writer.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import type { FinishedPack } from '../pack/open-pack.ts';
import type { PackCache } from '../pack/pack-cache.ts';
import { isSafePath } from '../paths.ts';
import { type OnProgress, ProgressMeter } from '../progress.ts';
import type { SnapshotContent, SnapshotInfo } from '../snapshot/snapshot.ts';
import type { Source, SourceEntry } from '../source.ts';
import type { OnWarning } from '../warning.ts';
import { type Base, type BaseOptions, prepare } from './base.ts';
import { ChunkStore, knownChunks } from './chunk-store.ts';
import { FileWriter } from './file-writer.ts';
import { forgiving } from './forgiving-journal.ts';
import { joinByPath } from './join.ts';
import { listPacks } from './pack-inventory.ts';
import { PackWriter } from './pack-writer.ts';
import { publish } from './publish.ts';
import { TotalsCounter, countSource } from './totals.ts';
import { Uploader } from './uploader.ts';

// Several small files at a time hide the latency of each; of large ones their content in memory sets the limit.
const filesAtOnce = 8;
const bytesAtOnce = 4 * 1024 * 1024;

// The manifest has a history of its own; no file has an empty path.
const manifestPath = '';

export interface WriteOptions extends BaseOptions {
  /** What this device keeps of packs; without it, what changed pages changed from is fetched from the cloud. */
  readonly cache?: PackCache | undefined;
  /** By default true. */
  readonly compress?: boolean;
  readonly progress?: OnProgress | undefined;
  readonly warn?: OnWarning | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface WriteResult extends SnapshotInfo {
  /** Bytes sent to the cloud. */
  readonly uploadedBytes: number;
  /** Plaintext bytes that were not stored before. */
  readonly newBytes: number;
}

/**
 * Makes a snapshot of a source. What does not reach its end leaves the last snapshot as it was; the next call goes
 * on with what was uploaded.
 * @throws StrongroomError 'other-writer', 'rolled-back', 'archive-damaged', 'archive-incomplete', 'newer-version',
 * 'cancelled', and what the store throws
 */
export async function writeSnapshot(
  archive: Archive,
  source: Source,
  options: WriteOptions,
): Promise<WriteResult> {
  throwIfAborted(options.signal);
  return writeWith(archive, source, {
    ...options,
    journal: options.journal && forgiving(options.journal, options.warn),
  });
}

async function writeWith(archive: Archive, source: Source, options: WriteOptions): Promise<WriteResult> {
  const base = await prepare(archive, { ...options, orNone: options.acceptLoss ?? false });
  const meter = new ProgressMeter('scan', options.progress);
  const uploader = new Uploader(archive, meter, options);
  try {
    return await write(archive, source, options, base, meter, uploader);
  } finally {
    await uploader.settle();
  }
}

async function write(
  archive: Archive,
  source: Source,
  options: WriteOptions,
  base: Base,
  meter: ProgressMeter,
  uploader: Uploader,
): Promise<WriteResult> {
  const { journal, signal, warn = () => undefined } = options;
  const { inventory, journalCounts } = base;
  const upload = async (pack: FinishedPack, done: () => void): Promise<void> => {
    inventory.add(pack.pack, pack.bytes.length);
    await uploader.upload(pack, done);
  };
  const packs = new PackWriter(archive, upload);
  const stores = { archive, packs, inventory, journal };
  const chunks = new ChunkStore({ ...stores, compress: options.compress ?? true });
  // Compressed, the list of files would be shorter for somebody who has what an attacker sent.
  const groups = new ChunkStore({ ...stores, compress: false });
  const reader = new ChunkReader(archive, { signal, expect: 'everything', cache: options.cache });
  const files = new FileWriter({
    archive,
    chunks,
    inventory,
    reader,
    journal,
    journalCounts,
    pageKey: await hmacKey((await journal?.pageKey()) ?? randomBytes(pageKeyLength), ['sign'], true),
    meter,
    warn,
    signal,
  });

  if (meter.heard) meter.begin('backup', await countSource(source, signal));
  const { manifest, totals } = await writeEntries(archive, source, options, base, files, groups, reader);
  meter.phase('finish');
  await packs.finish();
  await uploader.drain();
  inventory.check(archive, await listPacks(archive, { signal }));

  const content = contentOf(base, source, totals, manifest, options.now ?? Date.now);
  const { info, size } = await publish(archive, content, base.previous, signal, base.passedOver);
  await journal?.finish(info);
  await options.cache?.keep(inventory.used);
  meter.uploaded(size);
  return {
    ...info,
    uploadedBytes: uploader.uploadedBytes + size,
    newBytes: chunks.newBytes + groups.newBytes,
  };
}

async function writeEntries(
  archive: Archive,
  source: Source,
  options: WriteOptions,
  base: Base,
  files: FileWriter,
  groups: ChunkStore,
  reader: ChunkReader,
): Promise<{ manifest: readonly ChunkRef[]; totals: TotalsCounter }> {
  const { journal, signal, warn = () => undefined } = options;
  const { inventory, previous } = base;
  const oldGroups = knownChunks(previous?.manifest ?? [], inventory);
  const { current } = archive.keys;
  const manifest = new ManifestWriter(
    current.manifestCut,
    (plain) => groups.put(manifestPath, plain, oldGroups, true),
    ({ key, pack }) => key === current.id && inventory.isUsable(pack),
  );
  const before = listManifest(reader, previous?.manifest ?? [], (error) => warn(lostManifest(error)));
  const pairs = joinByPath(storable(source, signal, warn), before);
  const totals = new TotalsCounter();
  const budget = new Budget(bytesAtOnce);
  const written = mapInOrder(pairs, filesAtOnce, async (pair): Promise<ListedEntry | undefined> => {
    const { now, before } = pair;
    if (!now) {
      await journal?.forgetFile(before!.entry.path);
      return undefined;
    }
    const entry = await budget.spend(now.size, () => files.write(now, before?.entry));
    return entry && listedAgain(entry, before);
  });
  for await (const listed of written) {
    if (!listed) continue;
    const { entry, places } = listed;
    totals.count(entry);
    for (const { pack } of chunksOf(entry)) inventory.use(pack);
    await manifest.add(entry, places);
  }
  const refs = await manifest.finish();
  for (const { pack } of refs) inventory.use(pack);
  return { manifest: refs, totals };
}

/** The entries whose paths a manifest may hold. */
async function* storable(
  source: Source,
  signal: AbortSignal | undefined,
  warn: OnWarning,
): AsyncGenerator<SourceEntry> {
  for await (const entry of source.entries({ signal, warn })) {
    if (isSafePath(entry.path)) yield entry;
    else
      warn({
        code: 'bad-name',
        path: entry.path,
        message: `${entry.path} has a name that cannot be stored.`,
      });
  }
}

function lostManifest(error: unknown): Parameters<OnWarning>[0] {
  const why = error instanceof Error ? error.message : '';
  return {
    code: 'damaged',
    path: '',
    message: `A part of the last backup is lost and is stored again. ${why}`,
  };
}

function contentOf(
  base: Base,
  source: Source,
  totals: TotalsCounter,
  manifest: readonly ChunkRef[],
  now: () => number,
): SnapshotContent {
  const { previous, writer, number, inventory } = base;
  return {
    number,
    previousHash: previous?.hash ?? new Uint8Array(),
    time: now(),
    writer,
    totals: totals.totals(),
    sources: source.labels,
    kept: previous
      ? [...previous.kept, { id: previous.id, number: previous.number, hash: previous.hash }]
      : [],
    manifest,
    steppedPacks: inventory.steppedPacks(),
    earlierKeys: previous?.earlierKeys ?? [],
  };
}
