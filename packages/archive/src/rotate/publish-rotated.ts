import { equalBytes, isStrongroomError } from '@strongroom/core';
import { type Archive, openArchive } from '../archive.ts';
import type { BackupKey } from '../format/keys.ts';
import { checkNotRolledBack, infoOf } from '../snapshot/history.ts';
import { lookForNewest } from '../snapshot/newest.ts';
import { openSnapshot } from '../snapshot/snapshot-object.ts';
import { fetchSnapshot, isUnderCurrent } from '../snapshot/snapshot-objects.ts';
import type { Snapshot, SnapshotContent, SnapshotInfo, Writer } from '../snapshot/snapshot.ts';
import type { BaseOptions } from '../write/base.ts';
import { publish } from '../write/publish.ts';
import { nextWriter } from '../write/writer-check.ts';

/** Who changes the key, and what is known of the archive. */
export type RotateOptions = Pick<BaseOptions, 'device' | 'epoch' | 'takeOver' | 'expected' | 'signal'>;

/** An archive under its new key. */
export interface Rotated {
  readonly archive: Archive;
  /** The newest snapshot, sealed under the new key; none in an archive without. */
  readonly snapshot: SnapshotInfo | undefined;
}

// The store of an archive repeats requests by itself.
const once = { attempts: 1, pause: async (): Promise<void> => {} };

/**
 * Publishes the newest snapshot once more, with the same content, sealed under a new backup key: what a change of the
 * key does to an archive. The earlier keys are in it, so that what was sealed under them stays readable; the new one is
 * nowhere in the cloud. Whoever opens the archive with the present key still can, up to the snapshot that this one
 * repeats. Called again, it finds what it has published, or repeats what was written under the present key since.
 * @param archive under the present key
 * @throws StrongroomError 'other-writer', 'rolled-back', 'archive-damaged', 'other-key', and what the store throws
 */
export async function publishRotated(
  archive: Archive,
  key: BackupKey,
  options: RotateOptions,
): Promise<Rotated> {
  // What is under the new key already is nothing to stop at.
  await archive.keys.learn([key]);
  const { previous, passedOver, writer } = await baseOf(archive, options);
  const next = await underKey(archive, key);
  if (!previous) return { archive: next, snapshot: undefined };
  // Another device is noticed that writes under one of these meanwhile.
  await next.keys.learn([...previous.earlierKeys, archive.keys.current.backupKey]);
  const there = await repetitionAmong(passedOver, previous, next, options);
  if (there) return { archive: next, snapshot: infoOf(there) };
  const content = repeated(previous, writer, archive.keys.current.backupKey);
  const { info } = await publish(next, content, previous, options.signal, passedOver);
  return { archive: next, snapshot: info };
}

/**
 * Whether this device may change the key of an archive now. Writes nothing.
 * @throws StrongroomError 'other-writer', 'rolled-back', 'archive-damaged', 'other-key', and what the store throws
 */
export async function checkRotatable(archive: Archive, options: RotateOptions): Promise<void> {
  await baseOf(archive, options);
}

interface RotationBase {
  readonly previous: Snapshot | undefined;
  readonly passedOver: ReadonlySet<string>;
  readonly writer: Writer;
}

// Backups and checks tell of those under earlier keys.
function leaveIt(): void {}

async function baseOf(archive: Archive, options: RotateOptions): Promise<RotationBase> {
  const { device, epoch, takeOver = false, expected, signal } = options;
  const { newest, passedOver } = await lookForNewest(archive, { signal, onEarlierKey: leaveIt });
  const writer = nextWriter(newest, device, epoch, takeOver);
  if (expected) checkNotRolledBack(newest, expected);
  return { previous: newest, passedOver, writer };
}

function underKey({ store, id: archiveId, engine }: Archive, key: BackupKey): Promise<Archive> {
  return openArchive({ store, archiveId, key, engine, retry: once, withoutDescriptor: true });
}

/** The snapshot under the new key that repeats this one, when it is there. */
async function repetitionAmong(
  ids: Iterable<string>,
  { hash }: Snapshot,
  next: Archive,
  { signal }: RotateOptions,
): Promise<Snapshot | undefined> {
  for (const id of ids) {
    const snapshot = await underCurrent(next, id, signal);
    if (snapshot && equalBytes(snapshot.previousHash, hash)) return snapshot;
  }
  return undefined;
}

/** A snapshot that is sealed under the key in use, and whole. */
async function underCurrent(
  archive: Archive,
  id: string,
  signal: AbortSignal | undefined,
): Promise<Snapshot | undefined> {
  try {
    const bytes = await fetchSnapshot(archive, id, { signal });
    return isUnderCurrent(archive, id, bytes) ? await openSnapshot(archive, id, bytes) : undefined;
  } catch (error) {
    // What cannot be read is published once more.
    if (!isStrongroomError(error, 'archive-damaged')) throw error;
    return undefined;
  }
}

function repeated(previous: Snapshot, writer: Writer, presentKey: BackupKey): SnapshotContent {
  const { id, hash, number } = previous;
  return {
    ...previous,
    number: number + 1,
    previousHash: hash,
    writer,
    kept: [...previous.kept, { id, number, hash }],
    earlierKeys: [...previous.earlierKeys, presentKey],
  };
}
