export {
  type Archive,
  type ArchiveOptions,
  type OpenOptions,
  createArchive,
  deleteArchive,
  findArchiveIds,
  findArchives,
  newArchiveId,
  openArchive,
} from './archive.ts';
export { type Codec, codecIds } from './codec/codec.ts';
export type { ChunkEngine } from './engine/chunk-engine.ts';
export { inlineEngine } from './engine/inline-engine.ts';
export { type Primitives, webPrimitives } from './engine/primitives.ts';
export { portableCodec } from './codec/portable-codec.ts';
export { type Descriptor, readDescriptor } from './descriptor.ts';
export type { Category, Entry, EntryFacts, EntryKind, Extent, Patch } from './entry.ts';
export { formatVersion } from './format/header.ts';
export { type BackupKey, keyCheck, ownerSeed } from './format/keys.ts';
export type { Journal, PageRun, PendingPack } from './journal.ts';
export {
  type GetOptions,
  type ObjectStore,
  type PutOptions,
  type StoreOptions,
  type StoredObject,
  checkObjectName,
} from './object-store.ts';
export type { ChunkRef } from './pack/chunk-ref.ts';
export type { OwnedChunk } from './pack/placed-chunks.ts';
export type { PackCache } from './pack/pack-cache.ts';
export { unwrapKey, wrapKey } from './passkey.ts';
export { comparePaths, isSafePath } from './paths.ts';
export { type PlainBackup, type PlainDone, listPlain, readDone, removePlain } from './plain/plain-backups.ts';
export { plainPrefix } from './plain/plain-names.ts';
export { type RestorePlainOptions, type RestorePlainResult, restorePlain } from './plain/restore-plain.ts';
export { type PlainResult, type WritePlainOptions, writePlain } from './plain/write-plain.ts';
export type { OnProgress, Progress } from './progress.ts';
export { type Change, type DiffOptions, type Difference, diffSnapshots } from './read/diff.ts';
export { type PruneOptions, type PruneResult, type Waiting, gracePeriod } from './prune/options.ts';
export { pruneArchive } from './prune/prune-archive.ts';
export {
  type Calendar,
  type Day,
  type RetentionPolicy,
  checkPolicy,
  defaultRetention,
  keptBy,
} from './prune/retention.ts';
export { readEntries } from './read/entries.ts';
export { readFile } from './read/file-content.ts';
export { type FindOptions, type FindResult, type FoundVersion, findEntries, mostFound } from './read/find.ts';
export { type SnapshotName, keptSnapshots, snapshotNamed } from './read/find-snapshot.ts';
export {
  RestoreError,
  type RestoreFailure,
  type RestoreOptions,
  type RestoreResult,
  restoreSnapshot,
} from './read/restore.ts';
export { keyOfNewest } from './rotate/newest-key.ts';
export {
  type RotateOptions,
  type Rotated,
  checkRotatable,
  publishRotated,
} from './rotate/publish-rotated.ts';
export { staleDescriptor } from './rotate/stale-descriptor.ts';
export { type Selection, selectionOf } from './read/selection.ts';
export { type RetryPolicy, patientRetry } from './retry.ts';
export { listSnapshots } from './snapshot/history.ts';
export {
  type CategoryTotals,
  type Snapshot,
  type SnapshotInfo,
  type SnapshotMark,
  type Totals,
  type Writer,
  bytesOf,
  filesOf,
} from './snapshot/snapshot.ts';
export type { Source, SourceContent, SourceEntry, SourceOptions } from './source.ts';
export type { Target, TargetFile } from './target.ts';
export type { PasskeyWay, UnlockWay } from './unlock.ts';
export {
  type VerifyDepth,
  type VerifyOptions,
  type VerifyProblem,
  type VerifyResult,
  verifyArchive,
} from './verify.ts';
export type { OnWarning, Warning } from './warning.ts';
export { type WriteOptions, type WriteResult, writeSnapshot } from './write/write-snapshot.ts';
export type { Device } from './write/writer-check.ts';
