import { readSync, writeSync } from 'node:fs';
import { KeyObject, createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { Bytes } from '@strongroom/core';
import { FileShrunk } from '../engine/chunk-engine.ts';
import type { Primitives } from '../engine/primitives.ts';
import { tagLength } from '../format/seal.ts';
import { xorInto } from '../xor.ts';
import { nodeCodec } from './node-codec.ts';
import { unsetBytes } from './unset-bytes.ts';

const algorithm = 'aes-256-gcm';

/**
 * By node:crypto, at once: half the time of WebCrypto, and for threads that have nothing else to do.
 * @param oneAtATime a job begins when the one before has ended, so that all may read files into the same memory
 */
export function nodePrimitives({ oneAtATime = false }: { oneAtATime?: boolean } = {}): Primitives {
  const objects = new WeakMap<CryptoKey, KeyObject>();
  const objectOf = (key: CryptoKey): KeyObject => {
    const known = objects.get(key) ?? KeyObject.from(key);
    objects.set(key, known);
    return known;
  };
  let shared: Bytes = new Uint8Array();
  const bufferFor = (length: number): Bytes => {
    if (!oneAtATime) return unsetBytes(length);
    if (shared.length < length) shared = unsetBytes(length);
    return shared;
  };
  return {
    codec: nodeCodec,
    readRegion: ({ fd, offset, length }) => readAt(fd, bufferFor(length).subarray(0, length), offset),
    writeInto({ fd, pieces, xor }, bytes) {
      for (const { from, length, at } of pieces) {
        const piece = bytes.subarray(from, from + length);
        if (xor) xorInto(piece, readAt(fd, new Uint8Array(length), at));
        writeAt(fd, piece, at);
      }
    },
    hmac: (key, bytes) => asBytes(createHmac('sha256', objectOf(key)).update(bytes).digest()),
    seal(key, nonce, data, plain) {
      const cipher = createCipheriv(algorithm, objectOf(key), nonce, { authTagLength: tagLength });
      cipher.setAAD(data);
      const parts = plain.map((part) => asBytes(cipher.update(part)));
      cipher.final();
      return [...parts, asBytes(cipher.getAuthTag())];
    },
    open(key, nonce, data, sealed) {
      const end = sealed.length - tagLength;
      const decipher = createDecipheriv(algorithm, objectOf(key), nonce, { authTagLength: tagLength });
      decipher.setAAD(data).setAuthTag(sealed.subarray(end));
      const plain = asBytes(decipher.update(sealed.subarray(0, end)));
      // Throws unless the tag is right; nothing of the plaintext is used before.
      decipher.final();
      return plain;
    },
  };
}

/** Fills the bytes from a place in a file. @throws FileShrunk */
function readAt(fd: number, bytes: Bytes, at: number): Bytes {
  for (let filled = 0; filled < bytes.length;) {
    const count = readSync(fd, bytes, filled, bytes.length - filled, at + filled);
    if (count === 0) throw new FileShrunk();
    filled += count;
  }
  return bytes;
}

function writeAt(fd: number, bytes: Bytes, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}

function asBytes(buffer: Buffer): Bytes {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.length);
}
