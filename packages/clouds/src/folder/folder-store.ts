import { type Dirent, closeSync, fstatSync, openSync, read } from 'node:fs';
import { readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  type GetOptions,
  type LentObject,
  type ObjectStore,
  type PutOptions,
  type StoreOptions,
  type StoredObject,
  checkObjectName,
  isNamePrefix,
} from '@strongroom/archive/object-store';
import { type Bytes, StrongroomError } from '@strongroom/core';
import { isFinished, removeAbandoned, syncFolder, writeDurably } from './durable-file.ts';
import { storeError, systemCode } from './folder-errors.ts';

const readAt = promisify(read);

/**
 * An object store in a folder of this computer: a disk, a share, or a folder that some program synchronises. It is made
 * with the first object.
 */
export function folderStore(path: string): ObjectStore {
  return new FolderStore(resolve(path));
}

class FolderStore implements ObjectStore {
  readonly description: string;
  readonly #root: string;
  readonly #cleaned = new Set<string>();

  constructor(root: string) {
    this.#root = root;
    this.description = `the folder ${root}`;
  }

  async put(name: string, bytes: Bytes, { ifAbsent = false, signal }: PutOptions = {}): Promise<void> {
    const place = this.#place(name);
    await this.#attempt(signal, async () => {
      try {
        await writeDurably(place, bytes, !ifAbsent);
      } catch (error) {
        if (!ifAbsent || systemCode(error) !== 'EEXIST') throw error;
        throw new StrongroomError('object-exists', { object: name }, { cause: error });
      }
      await this.#clean(dirname(place));
    });
  }

  async get(name: string, { range, signal }: GetOptions = {}): Promise<Bytes> {
    const place = this.#place(name);
    return this.#attempt(signal, async () => {
      try {
        return await readRange(place, range);
      } catch (error) {
        if (!isMissing(error)) throw error;
        throw new StrongroomError('object-missing', { object: name }, { cause: error });
      }
    });
  }

  async *list(prefix: string, { signal }: StoreOptions = {}): AsyncGenerator<StoredObject> {
    if (!isNamePrefix(prefix)) return;
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    for await (const object of this.#listFolder(folder, prefix, signal)) {
      if (object.name.startsWith(prefix)) yield object;
    }
  }

  lend(name: string): LentObject | undefined {
    try {
      const fd = openSync(this.#place(name), 'r');
      return { fd, size: fstatSync(fd).size, close: () => closeSync(fd) };
    } catch {
      // Why it cannot be read, `get` will say.
      return undefined;
    }
  }

  async remove(name: string, { signal }: StoreOptions = {}): Promise<void> {
    const place = this.#place(name);
    await this.#attempt(signal, async () => {
      try {
        await unlink(place);
        await syncFolder(dirname(place));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
  }

  /** @param folder empty, or ends with `/` */
  async *#listFolder(
    folder: string,
    prefix: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<StoredObject> {
    const entries = await this.#attempt(signal, () => entriesOf(join(this.#root, folder)));
    for (const entry of entries) {
      const name = folder + entry.name;
      if (!isFinished(entry.name)) continue;
      if (entry.isDirectory()) {
        if (`${name}/`.startsWith(prefix) || prefix.startsWith(`${name}/`)) {
          yield* this.#listFolder(`${name}/`, prefix, signal);
        }
      } else {
        const size = await this.#attempt(signal, () => sizeOf(join(this.#root, name)));
        if (size !== undefined) yield { name, size };
      }
    }
  }

  #place(name: string): string {
    checkObjectName(name);
    return join(this.#root, name);
  }

  async #clean(folder: string): Promise<void> {
    if (this.#cleaned.has(folder)) return;
    this.#cleaned.add(folder);
    // A leftover that cannot be removed is no reason for a failure.
    await removeAbandoned(folder, Date.now()).catch(() => undefined);
  }

  async #attempt<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (signal?.aborted) throw new StrongroomError('cancelled', {}, { cause: signal.reason });
    try {
      return await work();
    } catch (error) {
      throw storeError(error, this.description);
    }
  }
}

async function readRange(place: string, range: GetOptions['range']): Promise<Bytes> {
  // To open takes less time than to have another thread open it.
  const fd = openSync(place, 'r');
  try {
    const { size } = fstatSync(fd);
    const offset = Math.min(range?.offset ?? 0, size);
    const length = Math.min(range?.length ?? size, size - offset);
    // Not set to zero first: everything that was not read is cut off.
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await readAt(fd, bytes, filled, bytes.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(fd);
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function sizeOf(place: string): Promise<number | undefined> {
  try {
    return (await stat(place)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
