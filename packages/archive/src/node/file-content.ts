import type { BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Bytes } from '@strongroom/core';
import { fileError } from './file-errors.ts';
import { identityOf } from './identity.ts';
import { type ReadableFile, openShared } from './shared-file.ts';

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
  static open(place: string, path: string): Promise<FileContent> {
    return FileContent.#from(() => open(place, 'r'), path);
  }

  /** The same for a database that this process may have open itself. */
  static openDatabase(place: string, path: string): Promise<FileContent> {
    return FileContent.#from(async () => openShared(place), path);
  }

  static async #from(open: () => Promise<ReadableFile>, path: string): Promise<FileContent> {
    try {
      const file = await open();
      return new FileContent(file, path, await file.stat({ bigint: true }));
    } catch (error) {
      throw fileError(error, path);
    }
  }

  private constructor(file: ReadableFile, path: string, stats: BigIntStats) {
    this.#file = file;
    this.#path = path;
    this.stats = stats;
  }

  /** The bytes from `offset`, fewer than `length` only at the end that the file had when it was opened. */
  async read(offset: number, length: number): Promise<Bytes> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, Number(this.stats.size) - offset)));
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
  async changed(): Promise<boolean> {
    return identityOf(await this.#file.stat({ bigint: true })).text !== identityOf(this.stats).text;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
