import { fromHex, toHex, type Bytes } from '@strongroom/core';
import { checkLimit, type ListedValue, type RecordStore, type StoredValue } from './record-store.ts';

/** Records in memory, for tests. */
export class MemoryStore implements RecordStore {
  readonly #values = new Map<string, StoredValue>();

  async read(id: Bytes): Promise<StoredValue | undefined> {
    const stored = this.#values.get(toHex(id));
    return stored && { ...stored, value: new Uint8Array(stored.value) };
  }

  async list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> {
    checkLimit(limit);
    const first = after && toHex(after);
    const ids = [...this.#values.keys()].filter((id) => first === undefined || id > first).toSorted();
    return ids.slice(0, limit).map((id) => {
      const { value, revision } = this.#values.get(id)!;
      return { id: fromHex(id), value: new Uint8Array(value), revision };
    });
  }

  async replace(
    id: Bytes,
    value: Bytes,
    expectedRevision: number | undefined,
  ): Promise<'committed' | 'conflict'> {
    const key = toHex(id);
    const revision = this.#values.get(key)?.revision;
    if (revision !== expectedRevision) return 'conflict';
    this.#values.set(key, { value: new Uint8Array(value), revision: (revision ?? 0) + 1 });
    return 'committed';
  }

  async forgetOldValues(): Promise<void> {}

  async close(): Promise<void> {}
}
