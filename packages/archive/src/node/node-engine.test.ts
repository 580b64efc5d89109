import { closeSync, openSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@strongroom/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChunkEngine, FileShrunk, type SealJob } from '../engine/chunk-engine.ts';
import { inlineEngine } from '../engine/inline-engine.ts';
import { webPrimitives } from '../engine/primitives.ts';
import { portableCodec } from '../codec/portable-codec.ts';
import { type ArchiveKeys, deriveKeys } from '../format/keys.ts';
import { additionalData, nonceOf } from '../format/seal.ts';
import { noise, prose, testKey } from '../testing/fixtures.ts';
import { nodeEngine } from './node-engine.ts';
import { nodePrimitives } from './node-primitives.ts';

const engines: { name: string; engine: ChunkEngine }[] = [
  { name: 'worker threads', engine: nodeEngine() },
  { name: 'node:crypto on this thread', engine: inlineEngine(nodePrimitives()) },
  { name: 'WebCrypto on this thread', engine: inlineEngine(webPrimitives(portableCodec)) },
];
const fileReaders = engines.filter(({ engine }) => engine.readsFiles);

let folder: string;
let keys: ArchiveKeys;
let key: CryptoKey;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
  keys = await deriveKeys(testKey());
  key = (await keys.pack(new Uint8Array(32))).chunks;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function job(plain: SealJob['plain'], ordinal: number): SealJob {
  const data = additionalData('x', ordinal);
  return {
    plain,
    name: undefined,
    chunkId: keys.chunkId,
    key,
    nonce: nonceOf(ordinal),
    data,
    compress: true,
  };
}

function opened(
  engine: ChunkEngine,
  sealed: Bytes,
  name: Bytes,
  length: number,
  ordinal: number,
): Promise<Bytes> {
  const { nonce, data, chunkId } = job(new Uint8Array(), ordinal);
  return engine.open({ sealed, key, nonce, data, plainLength: length, chunkId, name, object: 'x' });
}

const contents = Array.from({ length: 60 }, (_, i) =>
  i % 2 === 0 ? noise(1000 + i * 17_000, i + 1) : prose(1000 + i * 17_000, i + 1),
);

describe.each(engines)('an engine of $name', ({ engine }) => {
  test.each(engines)('seals many chunks at a time, which $name opens', async ({ engine: reader }) => {
    const sealed = await Promise.all(contents.map((plain, i) => engine.seal(job(plain.slice(), i))));
    const plains = await Promise.all(
      sealed.map(({ name, sealed: parts }, i) =>
        opened(reader, Buffer.concat(parts), name, contents[i]!.length, i),
      ),
    );
    expect(plains.every((plain, i) => Buffer.compare(plain, contents[i]!) === 0)).toBe(true);
  });

  test('gives back what it names and hashes', async () => {
    const named = await Promise.all(contents.map((plain) => engine.name(keys.chunkId, plain.slice())));
    const hashed = await Promise.all(
      contents.map((plain) => engine.hashPages(keys.chunkId, plain.slice(), 4096)),
    );
    for (const [i, plain] of contents.entries()) {
      expect(Buffer.compare(named[i]!.plain as Bytes, plain)).toBe(0);
      expect(Buffer.compare(hashed[i]!.plain, plain)).toBe(0);
      expect(hashed[i]!.hashes).toHaveLength(16 * Math.ceil(plain.length / 4096));
    }
  });

  test('says that a chunk was altered', async () => {
    const plain = noise(3_000_000, 5);
    const { name, sealed } = await engine.seal(job(plain.slice(), 0));
    const bytes = Buffer.concat(sealed);
    bytes[1_000_000]! ^= 1;
    const damage = { code: 'archive-damaged', details: { object: 'x', why: 'was altered' } };
    await expect(opened(engine, bytes, name, plain.length, 0)).rejects.toMatchObject(damage);
  });
});

describe.each(fileReaders)('an engine of $name that reads files', ({ engine }) => {
  test('takes many regions at a time, each as it is', async () => {
    const place = join(folder, 'file');
    writeFileSync(place, Buffer.concat(contents));
    const fd = openSync(place, 'r');
    let offset = 0;
    const regions = contents.map(({ length }) => {
      const region = { fd, offset, length };
      offset += length;
      return region;
    });
    const sealed = await Promise.all(regions.map((region, i) => engine.seal(job(region, i))));
    const names = await Promise.all(contents.map((plain) => engine.name(keys.chunkId, plain.slice())));
    closeSync(fd);
    expect(sealed.map(({ name }) => name)).toEqual(names.map(({ name }) => name));
    for (const [i, { name, sealed: parts }] of sealed.entries()) {
      const plain = await opened(engine, Buffer.concat(parts), name, contents[i]!.length, i);
      expect(Buffer.compare(plain, contents[i]!)).toBe(0);
    }
  });

  test.each([1000, 2_000_000])('says that a file is shorter than its region of %i bytes', async (length) => {
    const place = join(folder, 'short');
    writeFileSync(place, noise(length - 1, 3));
    const fd = openSync(place, 'r');
    await expect(engine.seal(job({ fd, offset: 0, length }, 0))).rejects.toThrow(FileShrunk);
    await expect(engine.name(keys.chunkId, { fd, offset: 0, length })).rejects.toThrow(FileShrunk);
    closeSync(fd);
  });
});
