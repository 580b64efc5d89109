import { type Bytes, utf8 } from '@strongroom/core';
import { chunksOf } from '../entry.ts';
import type { Rng } from '../../../../tools/fuzz/rng.ts';
import { placeOf } from '../pack/chunk-ref.ts';
import { readEntries } from '../read/entries.ts';
import { databaseOf, noise, prose } from '../testing/fixtures.ts';
import type { MemoryTree } from '../testing/memory-source.ts';
import type { Victim } from './victim.ts';

export const pageSize = 4096;
export const path = 'Databases/msgstore.db';

const text = prose(10_000);

/** A database of messages: half of each page is taken, the other half is free. */
export class Chats {
  readonly #pages: Bytes[];
  #version = 0;

  constructor(pages: number) {
    this.#pages = Array.from({ length: pages }, (_, page) => {
      const bytes = new Uint8Array(pageSize);
      bytes.set(noise(1000, page + 1));
      bytes.set(text.subarray(page, page + 1000), 1000);
      return bytes;
    });
  }

  /** Writes into a page. @param at bytes from its start; from 2000 on it is free */
  write(page: number, at: number, text: Bytes): void {
    this.#pages[page]!.set(text, at);
    this.#version++;
  }

  /** The phone's files. */
  tree(): MemoryTree {
    const content = databaseOf(this.#pages);
    return { [path]: { category: 'messages', content, identity: `${this.#version}` } };
  }
}

/** A message that nobody guesses, of `length` letters. */
export function secretText(rng: Rng, length = 60): Bytes {
  return utf8(Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[rng.below(36)]).join(''));
}

/** Sealed bytes of the database's chunks: what no cloud sees to the byte, for they lie in packs. */
export async function chatBytes({ archive }: Victim): Promise<number> {
  const lengths = new Map<string, number>();
  for await (const entry of readEntries(archive, 'latest'))
    for (const chunk of chunksOf(entry)) lengths.set(placeOf(chunk), chunk.sealedLength);
  return [...lengths.values()].reduce((sum, length) => sum + length, 0);
}
