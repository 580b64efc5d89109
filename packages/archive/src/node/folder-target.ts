import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, chmod, lstat, mkdir, open, readFile, readdir, rename, rm, symlink, utimes, lutimes, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { StrongroomError } from '@strongroom/core';
import type { EntryFacts } from '../entry.ts';
import { damaged } from '../format/header.ts';
import { comparePaths } from '../paths.ts';
import type { Target, TargetFile } from '../target.ts';
import { fileError, systemCode } from './file-errors.ts';

// Holds what is not whole yet, and says which restore it is of.
const stateFolder = '.strongroom-restore';

/**
 * A folder to restore to: one that is empty, does not exist yet, or holds an unfinished restore of the same snapshot.
 */
export function folderTarget(path: string): Target {
  return new FolderTarget(resolve(path));
}
