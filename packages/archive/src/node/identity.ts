import { type BigIntStats, lstatSync } from 'node:fs';
import { systemCode } from './file-errors.ts';

// File systems keep times as coarsely as 2 seconds: a later change within that time would look like none.
const coarsestTime = 2500;

/** What tells one state of a file's content from the next. */
export interface Identity {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly lastChange: number;
}

/** Device, inode, size, and the times of modification and of change. */
export function identityOf(stats: BigIntStats): Identity {
  const text = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');
  return { text, lastChange: Number(stats.ctimeMs) };
}

/** The same for a file that may be a database: its write-ahead log and its rollback journal count too. */
export function identityWithLogs(place: string, stats: BigIntStats): Identity {
  const logs = [identityAt(`${place}-wal`), identityAt(`${place}-journal`)];
  const all = [identityOf(stats), ...logs.filter((log) => log !== undefined)];
  return {
    text: all.map(({ text }) => text).join('|'),
    lastChange: Math.max(...all.map(({ lastChange }) => lastChange)),
  };
}

/** The identity of what is at a place, if there is anything. */
export function identityAt(place: string): Identity | undefined {
  try {
    const stats = lstatSync(place, { bigint: true, throwIfNoEntry: false });
    return stats && identityOf(stats);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** The text of an identity, unless the last change is so recent that the next one might not show. */
export function settledText(identity: Identity, now: number): string | undefined {
  return now - identity.lastChange < coarsestTime ? undefined : identity.text;
}
