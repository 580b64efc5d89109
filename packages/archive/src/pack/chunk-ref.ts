import { create } from '@bufbuild/protobuf';
import { type Bytes, copyBytes, fromHex, toHex } from '@strongroom/core';
import { type ChunkRef as WireRef, ChunkRefSchema } from '@strongroom/wire/archive';
import { hashLength } from '../format/hash.ts';
import { keyCheckLength } from '../format/keys.ts';
import { tagLength } from '../format/seal.ts';
import { firstChunk, longestChunk, longestSealedChunk, packSize } from './layout.ts';

const packIdLength = 16;

/** Where a chunk is, and what it must be named. */
export interface ChunkRef {
  /** HMAC-SHA-256 of the plaintext, 32 bytes. */
  readonly name: Bytes;
  /** 32 hexadecimal digits. */
  readonly pack: string;
  /** Key check of the backup key that the pack is sealed under, 32 hexadecimal digits. */
  readonly key: string;
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

/** Everything a reference says: whoever asks with another one must not get a chunk unchecked. */
export function textOf(ref: ChunkRef): string {
  return [placeOf(ref), ref.key, ref.offset, ref.sealedLength, ref.plainLength, toHex(ref.name)].join();
}

/** Where the chunks of a message are: its packs, and the keys they are sealed under. */
export interface PackList {
  /** 16-byte names. */
  readonly packs: readonly Uint8Array[];
  /** 16-byte key checks. */
  readonly keys: readonly Uint8Array[];
  /** For each pack the index of its key; empty when all are under the first. */
  readonly packKeys: readonly number[];
}

/** Numbers the packs that a message refers to, in the order of their first use. */
export class PackNumbers {
  readonly #packs = new Map<string, { readonly number: number; readonly key: string }>();

  numberOf({ pack, key }: ChunkRef): number {
    const known = this.#packs.get(pack);
    if (known !== undefined) return known.number;
    this.#packs.set(pack, { number: this.#packs.size, key });
    return this.#packs.size - 1;
  }

  /** The fields of the message. */
  list(): { packs: Bytes[]; keys: Bytes[]; packKeys: number[] } {
    const keys = [...new Set([...this.#packs.values()].map(({ key }) => key))];
    const packKeys = keys.length > 1 ? [...this.#packs.values()].map(({ key }) => keys.indexOf(key)) : [];
    return { packs: [...this.#packs.keys()].map(fromHex), keys: keys.map(fromHex), packKeys };
  }
}

/** A pack that a message refers to. */
export type KeyedPack = Pick<ChunkRef, 'pack' | 'key'>;

/** The packs of a message; none when they cannot be right. */
export function decodePacks({ packs, keys, packKeys }: PackList): readonly KeyedPack[] | undefined {
  if (packKeys.length > 0 && packKeys.length !== packs.length) return undefined;
  const decoded: KeyedPack[] = [];
  for (const [i, name] of packs.entries()) {
    const key = keys[packKeys[i] ?? 0];
    if (name.length !== packIdLength || key?.length !== keyCheckLength) return undefined;
    decoded.push({ pack: toHex(name), key: toHex(key) });
  }
  return decoded;
}

/** The message of a reference. */
export function encodeRef(ref: ChunkRef, packs: PackNumbers): WireRef {
  const { name, ordinal, offset, sealedLength, plainLength } = ref;
  return create(ChunkRefSchema, {
    name,
    pack: packs.numberOf(ref),
    ordinal,
    offset,
    sealedLength,
    plainLength,
  });
}

/** The reference of a message; none when it cannot be right. */
export function decodeRef(message: WireRef, packs: readonly KeyedPack[]): ChunkRef | undefined {
  const place = packs[message.pack];
  if (place === undefined || message.name.length !== hashLength || !isPossible(message)) return undefined;
  const { ordinal, offset, sealedLength, plainLength } = message;
  return { name: copyBytes(message.name), ...place, ordinal, offset, sealedLength, plainLength };
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
