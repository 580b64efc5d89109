import { matchesGlob } from 'node:path';

/** What is left out of a backup. */
export interface Exclude {
  /** Patterns of paths (`*`, `**`, `?`, `[…]`, `{…}`). A folder that matches is left out with all that is in it. */
  readonly patterns?: readonly string[];
  readonly videos?: boolean;
  /** Files of more bytes than this. */
  readonly largerThan?: number;
}

const videos = /\.(?:mp4|m4v|mov|3gp|mkv|webm|avi)$/i;

/** Whether an entry is left out. @param size bytes; 0 for anything but a file */
export function isExcluded(exclude: Exclude, path: string, size: number): boolean {
  if (exclude.largerThan !== undefined && size > exclude.largerThan) return true;
  if (exclude.videos && videos.test(path)) return true;
  return exclude.patterns?.some((pattern) => matchesGlob(path, pattern)) ?? false;
}
