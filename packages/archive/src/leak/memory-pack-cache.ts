import type { Bytes } from '@strongroom/core';
import type { PackCache } from '../pack/pack-cache.ts';

/** Keeps parts of packs in memory: it finds again what was written under the same offset. */
export class MemoryPackCache implements PackCache {
  readonly #parts = new Map<string, Bytes>();

  async read(pack: string, offset: number, length: number): Promise<Bytes | undefined> {
    const part = this.#parts.get(`${pack} ${offset}`);
    return part && part.length >= length ? part.slice(0, length) : undefined;
  }

  async write(pack: string, offset: number, bytes: Bytes): Promise<void> {
    this.#parts.set(`${pack} ${offset}`, bytes.slice());
  }

  async keep(packs: ReadonlySet<string>): Promise<void> {
    for (const key of this.#parts.keys()) if (!packs.has(key.split(' ')[0]!)) this.#parts.delete(key);
  }
}
