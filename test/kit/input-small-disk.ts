import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** A disk with little room. */
export interface SmallDisk {
  readonly folder: string;
  /** What a command must have in its environment to meet its end. */
  env(): NodeJS.ProcessEnv;
  /** Gives it room enough. */
  grow(): void;
  remove(): void;
}

/** A disk of some megabytes in a folder: a real one where one may be mounted, else a stand-in that counts. */
export function smallDisk(folder: string, megabytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true });
  const mount = (options: string): void =>
    void execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'strongroom-test', folder], { stdio: 'pipe' });
  try {
    mount(`size=${megabytes}m`);
  } catch {
    return standIn(folder, megabytes);
  }
  return {
    folder,
    env: () => ({}),
    grow: () => mount('remount,size=256m'),
    remove: () => void execFileSync('umount', [folder]),
  };
}

function standIn(folder: string, megabytes: number): SmallDisk {
  const preload = new URL('input-full-disk.ts', import.meta.url).href;
  let full = true;
  return {
    folder,
    env: () =>
      full ? { NODE_OPTIONS: `--import=${preload}`, SMALL_DISK: `${megabytes * 1e6}:${folder}` } : {},
    grow: () => (full = false),
    remove: () => {},
  };
}
