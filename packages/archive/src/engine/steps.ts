import { type Bytes, StrongroomError, equalBytes, release } from '@strongroom/core';
import { decodeFrame, encodeFrame } from '../codec/frame.ts';
import { damaged } from '../format/header.ts';
import {
  FileShrunk,
  type Hashed,
  type Named,
  type OpenJob,
  type PageHashing,
  type Plain,
  type SealJob,
  type SealedChunk,
} from './chunk-engine.ts';
import type { Primitives } from './primitives.ts';

/** Bytes of a page's hash. */
export const pageHashLength = 16;

/**
 * Opens a chunk and checks it.
 * @returns the plaintext; nothing of it when it was written into a file
 * @throws StrongroomError 'archive-damaged'
 */
export async function openChunk(primitives: Primitives, job: OpenJob): Promise<Bytes> {
  const frame = await openFrame(primitives, job);
  const plain = await decodeFrame(primitives.codec, frame, job.plainLength, job.object);
  if (plain.buffer !== frame.buffer) release(frame);
  if (!equalBytes(await primitives.hmac(job.chunkId, plain), job.name))
    throw damaged(job.object, 'holds another chunk than it should');
  if (!job.into) return plain;
  primitives.writeInto?.(job.into, plain);
  release(plain);
  return new Uint8Array();
}

async function openFrame(primitives: Primitives, job: OpenJob): Promise<Bytes> {
  const { key, nonce, data, object } = job;
  const sealed = sealedBytes(primitives, job);
  try {
    return await primitives.open(key, nonce, data, sealed);
  } catch (cause) {
    throw damaged(object, 'was altered', cause);
  } finally {
    if (sealed === job.sealed) release(sealed);
  }
}

function sealedBytes(primitives: Primitives, { sealed, object }: OpenJob): Bytes {
  try {
    return bytesOf(primitives, sealed);
  } catch (cause) {
    if (cause instanceof FileShrunk) throw damaged(object, 'is cut short', cause);
    throw cause;
  }
}

/** Names a chunk unless it has its name, frames and seals it. */
export async function sealChunk(primitives: Primitives, job: SealJob): Promise<SealedChunk> {
  const { chunkId, key, nonce, data, compress, pages } = job;
  const plain = bytesOf(primitives, job.plain);
  const name = job.name ?? (await primitives.hmac(chunkId, plain));
  const hashes = pages && (await hashesOf(primitives, pages, plain));
  const frame = await encodeFrame(compress ? primitives.codec : undefined, plain);
  const sealed = await primitives.seal(key, nonce, data, frame);
  // What a region is read into is used again.
  for (const part of [plain, ...frame]) if (plain === job.plain || part !== plain) release(part);
  return hashes ? { name, sealed, hashes } : { name, sealed };
}

/** Names a chunk. */
export async function nameChunk(primitives: Primitives, chunkId: CryptoKey, plain: Plain): Promise<Named> {
  return { plain, name: await primitives.hmac(chunkId, bytesOf(primitives, plain)) };
}

function bytesOf({ readRegion }: Primitives, plain: Plain): Bytes {
  if (plain instanceof Uint8Array) return plain;
  if (!readRegion) throw new StrongroomError('bug', { where: 'a platform that reads no files' });
  return readRegion(plain);
}

/** Hashes pages of `pageSize` bytes; the last may be shorter. */
export async function hashPages(
  primitives: Primitives,
  key: CryptoKey,
  plain: Bytes,
  pageSize: number,
): Promise<Hashed> {
  return { plain, hashes: await hashesOf(primitives, { key, size: pageSize }, plain) };
}

async function hashesOf(primitives: Primitives, { key, size }: PageHashing, plain: Bytes): Promise<Bytes> {
  const hashes = new Uint8Array(Math.ceil(plain.length / size) * pageHashLength);
  for (let at = 0, to = 0; at < plain.length; at += size, to += pageHashLength) {
    const hash = primitives.hmac(key, plain.subarray(at, at + size));
    hashes.set((hash instanceof Uint8Array ? hash : await hash).subarray(0, pageHashLength), to);
  }
  return hashes;
}
