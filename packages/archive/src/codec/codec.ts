import type { Bytes } from '@strongroom/core';

/** At once, or later. */
export type Awaitable<T> = T | Promise<T>;

/** The codec byte of a chunk's frame. */
export const codecIds = { none: 0, zstd: 1, deflateRaw: 2 } as const;

/** How a platform compresses, and what it can read (every codec). */
export interface Codec {
  /** What `compress` writes. */
  readonly id: number;
  compress(plain: Bytes): Awaitable<Bytes>;
  /** @throws anything when the payload is not `plainLength` bytes compressed by the codec `id` */
  decompress(id: number, payload: Bytes, plainLength: number): Awaitable<Bytes>;
}
