import { createCipheriv } from 'node:crypto';
import type { Source, SourceContent, SourceEntry } from '@strongroom/archive';
import type { Bytes } from '@strongroom/core';

const filesInDirectory = 1000;
const mtimeNs = 1_700_000_000_000_000_000n;
const blockLength = 16;

/**
 * So many files of so many bytes, in directories of a thousand, made while they are read: they cannot be compressed, and
 * are the same every time.
 */
export class GeneratedSource implements Source {
  readonly labels: readonly string[] = ['generated'];
  readonly #files: number;
  readonly #bytes: number;

  constructor(files: number, bytes: number) {
    this.#files = files;
    this.#bytes = bytes;
  }

  async *entries(): AsyncGenerator<SourceEntry> {
    for (let i = 0; i < this.#files; i++) {
      const directory = padded(Math.floor(i / filesInDirectory));
      if (i % filesInDirectory === 0) yield directoryAt(directory);
      yield this.#file(`${directory}/${padded(i % filesInDirectory)}.bin`, i);
    }
  }

  #file(path: string, number: number): SourceEntry {
    const facts = { path, kind: 'file', category: 'other', size: this.#bytes, mtimeNs, mode: 0o600 } as const;
    return { ...facts, identity: path, open: async () => contentOf(path, number, this.#bytes) };
  }
}

function directoryAt(path: string): SourceEntry {
  const facts = { path, kind: 'directory', category: 'other', size: 0, mtimeNs, mode: 0o700 } as const;
  return { ...facts, open: async () => contentOf(path, 0, 0) };
}

function contentOf(path: string, number: number, size: number): SourceContent {
  return {
    mtimeNs,
    identity: path,
    read: async (offset, length) => noiseAt(number, offset, Math.max(0, Math.min(length, size - offset))),
    changed: async () => false,
    close: async () => undefined,
  };
}

/** A part of an AES-CTR key stream, which begins anywhere. Leaves no garbage behind that is worth counting. */
function noiseAt(number: number, offset: number, length: number): Bytes {
  const within = offset % blockLength;
  const key = Buffer.alloc(blockLength, `${number} `);
  const counter = Buffer.alloc(blockLength);
  counter.writeBigUInt64BE(BigInt((offset - within) / blockLength), 8);
  const { buffer, byteOffset } = createCipheriv('aes-128-ctr', key, counter).update(zeros(within + length));
  return new Uint8Array(buffer, byteOffset + within, length);
}

let allZeros = new Uint8Array();

function zeros(length: number): Uint8Array {
  if (allZeros.length < length) allZeros = new Uint8Array(length);
  return allZeros.subarray(0, length);
}

function padded(number: number): string {
  return String(number).padStart(6, '0');
}
