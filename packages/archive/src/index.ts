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
export { type Descriptor, checkKey, readDescriptor } from './descriptor.ts';
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
export type { OwnedChunk } from './pack/open-pack.ts';
export { unwrapKey, wrapKey } from './passkey.ts';
export { comparePaths, isSafePath } from './paths.ts';
export type { OnProgress, Progress } from './progress.ts';
export { readEntries } from './read/entries.ts';
export { readFile } from './read/file-content.ts';
export {
  RestoreError,
  type RestoreFailure,
  type RestoreOptions,
  type RestoreResult,
  restoreSnapshot,
} from './read/restore.ts';
export { type Selection, selectionOf } from './read/selection.ts';
export { type RetryPolicy, patientRetry } from './retry.ts';
export { listSnapshots } from './snapshot/history.ts';
export {
  type CategoryTotals,
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
