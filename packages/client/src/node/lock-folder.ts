import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StrongroomError } from '@strongroom/core';

/**
 * Keeps other processes out of a folder until it is closed. It is SQLite's file lock, which ends with the process,
 * however that ends. @throws StrongroomError `in-use`
 */
export function lockFolder(folder: string): DatabaseSync {
  const lock = new DatabaseSync(join(folder, 'lock'));
  try {
    lock.exec('PRAGMA busy_timeout = 2000; BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    throw new StrongroomError('in-use', { path: folder }, { cause });
  }
}
