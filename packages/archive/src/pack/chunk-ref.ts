import { create } from '@bufbuild/protobuf';
import { type Bytes, copyBytes } from '@strongroom/core';
import { type ChunkRef as WireRef, ChunkRefSchema } from '@strongroom/wire/archive';
import { hashLength } from '../format/hash.ts';
import { tagLength } from '../format/seal.ts';
import { firstChunk, longestChunk, longestSealedChunk, packSize } from './layout.ts';

/** Where a chunk is, and what it must be named. */
export interface ChunkRef {
  /** HMAC-SHA-256 of the plaintext, 32 bytes. */
  readonly name: Bytes;
  /** 32 hexadecimal digits. */
  readonly pack: string;
  readonly ordinal: number;
  /** In the pack, bytes. */
  readonly offset: number;
  readonly sealedLength: number;
  readonly plainLength: number;
}

/** A text that tells chunks apart by where they are. */
export function placeOf(ref: ChunkRef): string {
  return `${ref.pack}/${ref.ordinal}`;
}

/** Numbers the packs that a message refers to, in the order of their first use. */
export class PackNumbers {
  readonly #numbers = new Map<string, number>();

  numberOf(pack: string): number {
    const known = this.#numbers.get(pack);
    if (known !== undefined) return known;
    this.#numbers.set(pack, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  packs(): string[] {
    return [...this.#numbers.keys()];
  }
}

/** The message of a reference. */
export function encodeRef(ref: ChunkRef, packs: PackNumbers): WireRef {
  const { name, ordinal, offset, sealedLength, plainLength } = ref;
  return create(ChunkRefSchema, {
    name,
    pack: packs.numberOf(ref.pack),
    ordinal,
    offset,
    sealedLength,
    plainLength,
  });
}

/** The reference of a message; none when it cannot be right. */
export function decodeRef(message: WireRef, packs: readonly string[]): ChunkRef | undefined {
  const pack = packs[message.pack];
  if (pack === undefined || message.name.length !== hashLength || !isPossible(message)) return undefined;
  const { ordinal, offset, sealedLength, plainLength } = message;
  return { name: copyBytes(message.name), pack, ordinal, offset, sealedLength, plainLength };
}

function isPossible({ offset, sealedLength, plainLength }: WireRef): boolean {
  return (
    plainLength > 0 &&
    plainLength <= longestChunk &&
    sealedLength > tagLength &&
    sealedLength <= longestSealedChunk &&
    offset >= firstChunk &&
    offset + sealedLength <= packSize
  );
}
