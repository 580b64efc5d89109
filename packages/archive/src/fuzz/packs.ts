import { type Bytes, concat, i2osp } from '@strongroom/core';
import { create, toBinary } from '@bufbuild/protobuf';
import { PackTableSchema } from '@strongroom/wire/archive';
import { type Codec, codecIds } from '../codec/codec.ts';
import { decodeFrame, encodeFrame } from '../codec/frame.ts';
import { portableCodec } from '../codec/portable-codec.ts';
import { openChunk } from '../engine/steps.ts';
import { pad } from '../format/padding.ts';
import { additionalData, nonceOf, seal } from '../format/seal.ts';
import { nodeCodec } from '../node/node-codec.ts';
import { nodePrimitives } from '../node/node-primitives.ts';
import { packName } from '../object-names.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { packSize } from '../pack/layout.ts';
import { archiveId, fixedArchive, packId, plainFrame, refsOf, sealedPack } from './craft.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import { samplePlains } from './samples.ts';
import { type FuzzTarget, decoding, must } from './target.ts';

const plains: readonly Bytes[] = [new Uint8Array(300).fill(1), samplePlains[0]!, new Uint8Array(1)];

export async function packs(): Promise<FuzzTarget[]> {
  const { archive, store } = await fixedArchive();
  const name = packName(archiveId, packId);
  const frames = plains.map(plainFrame);
  const refs = await refsOf(archive, plains);
  const table = new Uint8Array(toBinary(PackTableSchema, create(PackTableSchema, { chunks: refs })));
  const padded = pad(table, table.length + 100);
  const sound = await sealedPack(archive, { frames, table: padded });
  const keyed = { pack: packId, key: archive.keys.current.id };
  const end = 40 + frames.reduce((sum, frame) => sum + frame.length + 16, 0);
  const trailer = concat(i2osp(end, 4), i2osp(padded.length + 16, 4));
  const readTable = (bytes: Bytes): ReturnType<ChunkReader['table']> => {
    store.objects.set(name, bytes);
    return new ChunkReader(archive).table(keyed, bytes.length);
  };
  return [
    {
      name: 'pack, by the cloud',
      share: 4,
      async run(rng) {
        const bytes = mutate(rng, [sound]);
        await decoding(
          () => readTable(bytes),
          (found) => must(found.length === plains.length, 'only the table that was sealed is read'),
        );
        const n = rng.below(plains.length);
        const reader = new ChunkReader(archive, { expect: rng.pick(['everything', 'little']) });
        return decoding(
          () => reader.chunk(refs[n]!),
          (plain) => must(Buffer.compare(plain, plains[n]!) === 0, 'only what was stored is read'),
        );
      },
    },
    {
      name: 'pack, by who has the key: table and trailer',
      share: 4,
      async run(rng) {
        const parts = rng.oneIn(4)
          ? { frames, table: padded, trailer: mutate(rng, [trailer]) }
          : { frames, table: mutate(rng, [padded]) };
        return decoding(
          async () => readTable(await sealedPack(archive, parts)),
          (found) => {
            for (const ref of found)
              must(ref.offset + ref.sealedLength <= packSize, 'a chunk is in its pack');
          },
        );
      },
    },
  ];
}

export async function chunks(): Promise<FuzzTarget> {
  const { archive } = await fixedArchive();
  const primitives = nodePrimitives();
  const { chunks: key } = await archive.keys.current.pack(new Uint8Array(32));
  const { chunkId } = archive.keys.current;
  const data = additionalData('x', 0);
  const frames = await Promise.all(
    samplePlains.map(async (plain) => concat(...(await encodeFrame(nodeCodec, plain)))),
  );
  const names = await Promise.all(samplePlains.map(async (plain) => primitives.hmac(chunkId, plain)));
  return {
    name: 'chunk, by the cloud and by who has the key',
    share: 10,
    async run(rng) {
      const n = rng.below(frames.length);
      const frame = rng.oneIn(2) ? mutate(rng, frames) : frames[n]!;
      const honest = await seal(key, nonceOf(0), data, frame);
      const sealed = rng.oneIn(2) ? mutate(rng, [honest]) : honest;
      const { length: plainLength } = rng.oneIn(8) ? rng.bytes(rng.below(5000)) : samplePlains[n]!;
      const job = { key, chunkId, nonce: nonceOf(0), data, object: 'x' };
      return decoding(
        () => openChunk(primitives, { ...job, sealed, plainLength, name: names[n]! }),
        (plain) => must(Buffer.compare(plain, samplePlains[n]!) === 0, 'only what was named is opened'),
      );
    },
  };
}

function framesOf(codec: Codec): Promise<Bytes[]> {
  return Promise.all(samplePlains.map(async (plain) => concat(...(await encodeFrame(codec, plain)))));
}

/** Frames behind the seal: how a platform decompresses what nobody compressed. */
export async function frames(): Promise<FuzzTarget[]> {
  const [zstd, deflate] = [await framesOf(nodeCodec), await framesOf(portableCodec)];
  const stored = samplePlains.map(storedFrame);
  return [
    frameTarget('zstd, in Node', nodeCodec, { id: codecIds.zstd, inputs: zstd, share: 20 }),
    frameTarget('deflate, in Node', nodeCodec, { id: codecIds.deflateRaw, inputs: deflate, share: 20 }),
    frameTarget('zstd, in a browser', portableCodec, { id: codecIds.zstd, inputs: stored, share: 20 }),
    frameTarget('deflate, in a browser', portableCodec, {
      id: codecIds.deflateRaw,
      inputs: deflate,
      share: 2,
    }),
  ];
}

function frameTarget(
  what: string,
  codec: Codec,
  { id, inputs, share }: { id: number; inputs: readonly Bytes[]; share: number },
): FuzzTarget {
  return {
    name: `frame of ${what}`,
    share,
    run(rng) {
      const frame = mutate(rng, inputs);
      if (frame.length > 0 && !rng.oneIn(20)) frame[0] = id;
      const plainLength = rng.oneIn(4) ? rng.below(70_000) : rng.pick(samplePlains).length;
      if (codec === portableCodec && frame[0] === codecIds.zstd && holdsCompressed(frame)) return 'refused';
      return decoding(
        () => decodeFrame(codec, frame, plainLength, 'x'),
        (plain) => must(plain.length === plainLength, 'a chunk has the length it should'),
      );
    },
  };
}

const blockBytes = 60_000;
const zstdStart = [codecIds.zstd, 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x60];

/** A frame of zstd whose blocks are stored as they are, or one byte over and over (RFC 8878, section 3.1.1.2). */
function storedFrame(plain: Bytes): Bytes {
  const blocks: Bytes[] = [];
  for (let at = 0; at < plain.length; at += blockBytes) {
    const block = plain.subarray(at, at + blockBytes);
    const isRepeated = block.every((byte) => byte === block[0]);
    const isLast = at + blockBytes >= plain.length;
    const header = (block.length << 3) | (isRepeated ? 2 : 0) | Number(isLast);
    const start = Uint8Array.of(header & 0xff, (header >> 8) & 0xff, header >> 16);
    blocks.push(start, isRepeated ? block.slice(0, 1) : block);
  }
  return concat(Uint8Array.from(zstdStart), ...blocks);
}

/**
 * Whether a frame of zstd has a block with entropy tables. The decoder for browsers believes such tables: with forged ones
 * it may not come to an end. Only who has the key can seal them; docs/threat-model.md says so.
 */
function holdsCompressed(frame: Bytes): boolean {
  const flags = frame[5] ?? 0;
  const isSingle = (flags & 0x20) !== 0;
  const sizeLength = flags >> 6 === 0 ? Number(isSingle) : 1 << (flags >> 6);
  let at = 6 + Number(!isSingle) + [0, 1, 2, 4][flags & 3]! + sizeLength;
  while (at + 3 <= frame.length) {
    const header = frame[at]! | (frame[at + 1]! << 8) | (frame[at + 2]! << 16);
    const type = (header >> 1) & 3;
    if (type === 2) return true;
    if ((header & 1) === 1) return false;
    at += 3 + (type === 1 ? 1 : header >> 3);
  }
  return false;
}
