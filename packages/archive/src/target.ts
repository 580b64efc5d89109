import type { Bytes } from '@strongroom/core';
import type { EntryFacts } from './entry.ts';

/** A file that is being restored; it is not visible under its name before `commit`. */
export interface TargetFile {
  /** Adds bytes at the end. They belong to the caller again afterwards. */
  write(bytes: Bytes): Promise<void>;
  /** Lets other threads write anywhere into the file, where the platform can: in place of `write`. */
  readonly lend?: (use: (fd: number) => Promise<void>) => Promise<void>;
  /** Shows the file under its name, whole, with its time and mode. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * A place to restore to. Paths are relative, segments separated by `/`, and were checked by `isSafePath`; what more
 * the platform needs so that nothing is written outside, the target sees to.
 *
 * Methods may throw 'disk-full', which ends the restore, and 'not-permitted', which fails the one entry.
 */
export interface Target {
  /**
   * Begins a restore, or goes on with one.
   * @param restore tells restores apart: which snapshot of which archive
   * @throws StrongroomError 'target-not-empty' when something else is there
   */
  begin(restore: string): Promise<void>;
  /** `same`: the file is there with its size and time, from an earlier run. `other`: something else is there. */
  look(entry: EntryFacts): Promise<'absent' | 'same' | 'other'>;
  file(entry: EntryFacts): Promise<TargetFile>;
  /** Makes a directory with those above it, open for writing until `finishDirectory`. */
  directory(entry: EntryFacts): Promise<void>;
  /** Gives a directory its time and mode, after everything in it. */
  finishDirectory(entry: EntryFacts): Promise<void>;
  /** Made last of all, so that nothing is written through one. */
  symlink(entry: EntryFacts): Promise<void>;
  /** Ends the restore. @param complete otherwise a later run may go on with it */
  finish(complete: boolean): Promise<void>;
}
