import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StrongroomError } from '@strongroom/core';

const sqliteBusy = 5;
const sqliteFull = 13;

/**
 * Keeps other processes out of a folder until it is closed. It is SQLite's file lock, which ends with the process,
 * however that ends. @throws StrongroomError `in-use`, `not-permitted`, `disk-full`
 */
export function lockFolder(folder: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(folder, 'lock'));
    lock.exec('PRAGMA busy_timeout = 2000; BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock?.close();
    throw new StrongroomError(codeOf(cause), { path: folder }, { cause });
  }
}

function codeOf(cause: unknown): 'in-use' | 'disk-full' | 'not-permitted' {
  const number = cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0;
  if (number === sqliteBusy) return 'in-use';
  return number === sqliteFull ? 'disk-full' : 'not-permitted';
}
