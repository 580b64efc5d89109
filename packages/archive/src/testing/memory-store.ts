import { type Bytes, StrongroomError, copyBytes } from '@strongroom/core';
import { throwIfAborted } from '../abort.ts';
import {
  type GetOptions,
  type ObjectStore,
  type PutOptions,
  type StoreOptions,
  type StoredObject,
  checkObjectName,
} from '../object-store.ts';

/** An object store in memory, for tests and trials. */
export class MemoryStore implements ObjectStore {
  readonly description: string = 'memory';
  /** Every object by its name. */
  readonly objects: Map<string, Bytes>;

  constructor(objects: Iterable<readonly [string, Bytes]> = []) {
    this.objects = new Map(objects);
  }

  async put(name: string, bytes: Bytes, { ifAbsent = false, signal }: PutOptions = {}): Promise<void> {
    throwIfAborted(signal);
    checkObjectName(name);
    if (ifAbsent && this.objects.has(name)) throw new StrongroomError('object-exists', { object: name });
    this.objects.set(name, copyBytes(bytes));
  }

  async get(name: string, { range, signal }: GetOptions = {}): Promise<Bytes> {
    throwIfAborted(signal);
    checkObjectName(name);
    const bytes = this.objects.get(name);
    if (!bytes) throw new StrongroomError('object-missing', { object: name });
    return range ? bytes.slice(range.offset, range.offset + range.length) : copyBytes(bytes);
  }

  async *list(prefix: string, { signal }: StoreOptions = {}): AsyncGenerator<StoredObject> {
    throwIfAborted(signal);
    const found = [...this.objects].filter(([name]) => name.startsWith(prefix));
    for (const [name, bytes] of found) yield { name, size: bytes.length };
  }

  async remove(name: string, { signal }: StoreOptions = {}): Promise<void> {
    throwIfAborted(signal);
    checkObjectName(name);
    this.objects.delete(name);
  }
}
