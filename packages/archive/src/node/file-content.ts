import type { BigIntStats } from 'node:fs';
import type { Bytes } from '@strongroom/core';
import { fileError } from './file-errors.ts';
import { identityOf } from './identity.ts';
import { type ReadableFile, openFile, openShared } from './shared-file.ts';
import { unsetBytes } from './unset-bytes.ts';

/** An open file of the file system. */
export class FileContent {
  /** When it was opened. */
  readonly stats: BigIntStats;
  readonly #file: ReadableFile;
  readonly #path: string;

  /**
   * @param path names the file in errors
   * @throws StrongroomError 'source-missing', 'not-permitted'
   */
  static open(place: string, path: string): FileContent {
    return FileContent.#from(() => openFile(place), path);
  }

  /** The same for a database that this process may have open itself. */
  static openDatabase(place: string, path: string): FileContent {
    return FileContent.#from(() => openShared(place), path);
  }

  static #from(open: () => ReadableFile, path: string): FileContent {
    try {
      const file = open();
      return new FileContent(file, path, file.stat());
    } catch (error) {
      throw fileError(error, path);
    }
  }

  private constructor(file: ReadableFile, path: string, stats: BigIntStats) {
    this.#file = file;
    this.#path = path;
    this.stats = stats;
  }

  /** What other threads may read from. */
  get file(): { fd: number; size: number } {
    return { fd: this.#file.fd, size: Number(this.stats.size) };
  }

  /** The bytes from `offset`, fewer than `length` only at the end that the file had when it was opened. */
  async read(offset: number, length: number): Promise<Bytes> {
    const bytes = unsetBytes(Math.max(0, Math.min(length, Number(this.stats.size) - offset)));
    let filled = 0;
    try {
      while (filled < bytes.length) {
        const { bytesRead } = await this.#file.read(bytes, filled, bytes.length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
    } catch (error) {
      throw fileError(error, this.#path);
    }
    return bytes.subarray(0, filled);
  }

  /** Whether the file is another than when it was opened. */
  changed(): boolean {
    return identityOf(this.#file.stat()).text !== identityOf(this.stats).text;
  }

  close(): void {
    this.#file.close();
  }
}
