import { type Bytes, concat } from '@strongroom/core';
import type { Awaitable, Codec } from '../codec/codec.ts';
import { hmac } from '../format/hash.ts';
import type { FilePlaces, FileRegion } from './chunk-engine.ts';

/** What a platform brings for chunks. */
export interface Primitives {
  readonly codec: Codec;
  /** Reads a region of a file, where the platform can. The bytes may hold only until the next job. @throws FileShrunk */
  readonly readRegion?: (region: FileRegion) => Bytes;
  /** Writes pieces of the bytes into a file, where the platform can. */
  readonly writeInto?: (places: FilePlaces, bytes: Bytes) => void;
  /** HMAC-SHA-256, 32 bytes. */
  hmac(key: CryptoKey, bytes: Bytes): Awaitable<Bytes>;
  /** AES-256-GCM of parts that are joined. @returns parts to be joined, the 16-byte tag at the end */
  seal(key: CryptoKey, nonce: Bytes, data: Bytes, plain: readonly Bytes[]): Awaitable<readonly Bytes[]>;
  /** @throws anything when the tag is not right */
  open(key: CryptoKey, nonce: Bytes, data: Bytes, sealed: Bytes): Awaitable<Bytes>;
}

/** By WebCrypto, as every platform has it. */
export function webPrimitives(codec: Codec): Primitives {
  return {
    codec,
    hmac,
    async seal(key, nonce, data, plain) {
      const parameters = { name: 'AES-GCM', iv: nonce, additionalData: data };
      return [new Uint8Array(await crypto.subtle.encrypt(parameters, key, concat(...plain)))];
    },
    async open(key, nonce, data, sealed) {
      const parameters = { name: 'AES-GCM', iv: nonce, additionalData: data };
      return new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed));
    },
  };
}
