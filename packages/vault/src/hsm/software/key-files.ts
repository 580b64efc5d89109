import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { copyBytes, randomBytes, StrongroomError, toHex, type Bytes } from '@strongroom/core';

/** Small files that nobody else may read, each written once. A port, so that tests need no disk. */
export interface KeyFiles {
  names(): readonly string[];
  /** What tells one file from another of the same name; `undefined` when there is none. */
  stamp(name: string): string | undefined;
  read(name: string): Bytes | undefined;
  /** Makes a file, whole and durable or not at all. Answers whether it was made: `false` when there is one. */
  create(name: string, content: Uint8Array): boolean;
  /** Overwrites a file and removes it, durably. */
  destroy(name: string): void;
}

const maxLength = 65_536;
// Files on their way in or out: no crash leaves anything under a name that counts.
const unfinished = /^(?:new|gone)-/;
const gone = /^gone-/;

/** Files in a folder of the vault's user alone. */
export class KeyFolder implements KeyFiles {
  readonly #path: string;

  /**
   * Opens the folder; makes it when there is none.
   * @throws StrongroomError `wrong-usage` when others may look into it, or it is no folder
   */
  constructor(path: string) {
    this.#path = path;
    if (statSync(path, { throwIfNoEntry: false }) === undefined) makeFolder(path);
    const stats = statSync(path);
    if (!stats.isDirectory()) refuse(`${path} is not a folder.`);
    if (isOpenToOthers(stats)) refuse(`Others may look into ${path}. Run chmod 700 on it.`);
    for (const name of readdirSync(path)) if (gone.test(name)) this.#shred(name);
  }

  names(): readonly string[] {
    return readdirSync(this.#path).filter((name) => !unfinished.test(name));
  }

  stamp(name: string): string | undefined {
    const stats = statSync(join(this.#path, name), { throwIfNoEntry: false });
    return stats && `${stats.ino} ${stats.mtimeMs}`;
  }

  read(name: string): Bytes | undefined {
    const path = join(this.#path, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (isOpenToOthers(stats)) refuse(`${path} may be read by others. Run chmod 600 on it.`);
    if (stats.size > maxLength) refuse(`${path} is too long to be what it should be.`);
    return copyBytes(readFileSync(path));
  }

  create(name: string, content: Uint8Array): boolean {
    const temporary = join(this.#path, `new-${toHex(randomBytes(8))}`);
    try {
      writeFileSync(temporary, content, { mode: 0o600, flag: 'wx', flush: true });
      // A link, unlike renaming, takes no other file's place: of two processes at once one is first.
      linkSync(temporary, join(this.#path, name));
      return true;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      return false;
    } finally {
      unlessMissing(() => unlinkSync(temporary));
      syncFolder(this.#path);
    }
  }

  destroy(name: string): void {
    const aside = `gone-${toHex(randomBytes(8))}`;
    unlessMissing(() => {
      renameSync(join(this.#path, name), join(this.#path, aside));
      this.#shred(aside);
    });
  }

  // A disk of today writes the new bytes elsewhere and frees the old ones in its own time, and a file system that
  // copies on write or takes snapshots keeps them. It is worth something on a plain disk, and costs nothing.
  #shred(name: string): void {
    const path = join(this.#path, name);
    // Another process may be at the same.
    unlessMissing(() => {
      overwrite(path);
      unlinkSync(path);
    });
    syncFolder(this.#path);
  }
}

function makeFolder(path: string): void {
  // A disk that is not mounted must not be taken for an HSM without keys.
  if (!existsSync(dirname(path))) refuse(`${dirname(path)} is not there. Make it, or mount its disk.`);
  mkdirSync(path, { mode: 0o700 });
  syncFolder(join(path, '..'));
}

// Records must not become durable before the key that opens them.
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function overwrite(path: string): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, new Uint8Array(fstatSync(file).size), 0, undefined, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function unlessMissing(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function isOpenToOthers({ mode }: Stats): boolean {
  return (mode & 0o077) !== 0;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function refuse(why: string): never {
  throw new StrongroomError('wrong-usage', { why });
}
