import { type Bytes, concat, i2osp } from '@strongroom/core';
import type { Codec } from '../codec/codec.ts';
import { decodeFrame } from '../codec/frame.ts';
import { portableCodec } from '../codec/portable-codec.ts';
import { readDescriptor } from '../descriptor.ts';
import { encodeHeader } from '../format/header.ts';
import { nodeCodec } from '../node/node-codec.ts';
import { decodeGroup, encodeGroup } from '../manifest/group.ts';
import { readManifest } from '../manifest/manifest-reader.ts';
import { descriptorName, packName } from '../object-names.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { longestChunk, packSize } from '../pack/layout.ts';
import { encodeSnapshot, decodeSnapshot } from '../snapshot/snapshot-message.ts';
import { archiveId, fixedArchive, packId, refsOf, sealedPack } from './craft.ts';
import { sampleRecords, sampleSnapshot } from './samples.ts';

const MiB = 1024 * 1024;

/** Few bytes, or at most those of one object, that claim to be a great deal. */
export interface Bomb {
  readonly name: string;
  /** Makes the input. @returns what decodes it */
  readonly prepare: () => Promise<() => unknown>;
}

/** `part` over and over, `length` bytes in all. */
function filled(length: number, part: readonly number[]): Bytes {
  const bytes = new Uint8Array(length);
  for (let at = 0; at + part.length <= length; at += part.length) bytes.set(part, at);
  return bytes;
}

function varint(value: number): Bytes {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

/** A field of bytes. */
function field(number: number, content: Bytes, claimed: number = content.length): Bytes {
  return concat(varint((number << 3) | 2), varint(claimed), content);
}

const empty = (number: number): number[] => [(number << 3) | 2, 0];

function group(name: string, plain: () => Bytes): Bomb {
  return {
    name: `group of the manifest: ${name}`,
    async prepare() {
      const bytes = plain();
      return () => decodeGroup(bytes, 'x');
    },
  };
}

// Path, kind and category of an entry that is right so far.
const file = concat(field(1, Uint8Array.of(0x61)), Uint8Array.of(0x10, 1, 0x18, 1));

const groups: readonly Bomb[] = [
  group('ten million extents in twenty bytes', () =>
    field(3, concat(file, field(8, new Uint8Array(4), 10_000_000))),
  ),
  group('a million extents in one entry', () => {
    const lists = [8, 9, 10].map((number) => field(number, new Uint8Array(1_300_000).fill(1)));
    return field(3, concat(file, ...lists));
  }),
  group('a million patches in one entry', () => {
    const lists = [12, 13, 14, 15].map((number) => field(number, new Uint8Array(1_000_000).fill(1)));
    return field(3, concat(file, ...lists));
  }),
  group('two million empty entries', () => filled(longestChunk, empty(3))),
  group('two million empty chunks', () => filled(longestChunk, empty(2))),
  group('two million empty names of packs', () => filled(longestChunk, empty(1))),
  group('a million fields that nobody knows, in an entry', () =>
    field(3, filled(longestChunk - 10, empty(15))),
  ),
  group('a million fields that nobody knows', () => filled(longestChunk, empty(15))),
  group('groups in groups in groups', () => filled(longestChunk, [0x0b])),
  group('one number after the other, none of which ends', () => new Uint8Array(longestChunk).fill(0xff)),
];

function snapshot(name: string, message: () => Bytes): Bomb {
  return {
    name: `snapshot: ${name}`,
    async prepare() {
      const bytes = message();
      return () => decodeSnapshot(bytes, 'x');
    },
  };
}

const longestMessage = 63 * MiB;
const honest = (): Bytes => encodeSnapshot(sampleSnapshot([]));

const snapshots: readonly Bomb[] = [
  snapshot('32 million empty groups', () => filled(longestMessage, empty(9))),
  snapshot('32 million sources without a name', () => filled(longestMessage, empty(6))),
  snapshot('32 million empty snapshots that are kept', () => filled(longestMessage, empty(7))),
  snapshot('a hundred thousand earlier keys', () => concat(honest(), filled(34 * 100_000, [0x6a, 32]))),
];

const descriptor: Bomb = {
  name: 'descriptor: ways to unlock, by the cloud',
  async prepare() {
    const { store } = await fixedArchive();
    const bytes = concat(encodeHeader('SRDE'), new Uint8Array(32), filled(65_000, empty(3)));
    store.objects.set(descriptorName(archiveId), bytes);
    return () => readDescriptor(store, archiveId);
  },
};

const table: Bomb = {
  name: 'pack: a table of seven million empty entries',
  async prepare() {
    const { archive, store } = await fixedArchive();
    const message = filled(packSize - 1000, empty(1));
    const bytes = await sealedPack(archive, { frames: [], table: concat(i2osp(message.length, 4), message) });
    store.objects.set(packName(archiveId, packId), bytes);
    return () => new ChunkReader(archive).table({ pack: packId, key: archive.keys.current.id }, bytes.length);
  },
};

/** A file that goes on and on in the next record, one extent at a time. */
const continued: Bomb = {
  name: 'manifest: a file of 80,000 records',
  async prepare() {
    const { archive } = await fixedArchive();
    const refs = await refsOf(archive, [new Uint8Array(100), new Uint8Array(100), new Uint8Array(100)]);
    const [, , , record] = sampleRecords(refs);
    const extents = record!.entry.extents.slice(0, 1);
    const endless = { ...record!, entry: { ...record!.entry, extents, patches: [] }, continues: true };
    const plain = encodeGroup(Array.from({ length: 4096 }, () => endless));
    class SameGroup extends ChunkReader {
      override async chunk(): Promise<Bytes> {
        return plain;
      }
    }
    const manifest = Array.from({ length: 20 }, () => refs[0]!);
    return async () => {
      for await (const entry of readManifest(new SameGroup(archive), manifest)) throw new Error(entry.path);
    };
  },
};

// RFC 8878: magic, no flags, the window by its descriptor, one block of which the last 8 bytes are the repeated byte.
const zstdStart = (window: number): Bytes => Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, window);
const repeated = (size: number, last: boolean): number[] => {
  const header = (size << 3) | 2 | Number(last);
  return [header & 0xff, (header >> 8) & 0xff, header >> 16, 0x61];
};

function frame(name: string, plainLength: number, payload: () => Bytes): Bomb[] {
  const codecs: readonly (readonly [string, Codec])[] = [
    ['Node', nodeCodec],
    ['a browser', portableCodec],
  ];
  return codecs.map(([where, codec]) => ({
    name: `frame, in ${where}: ${name}`,
    async prepare() {
      const bytes = payload();
      return () => decodeFrame(codec, bytes, plainLength, 'x');
    },
  }));
}

const zstd = (start: Bytes, rest: readonly number[] | Bytes): Bytes =>
  concat(Uint8Array.of(1), start, Uint8Array.from(rest));

const frames: readonly Bomb[] = [
  ...frame('a window of 1.9 GiB', 10, () => zstd(zstdStart(0xa7), repeated(10, true))),
  ...frame('a window of 128 MiB', 10, () => zstd(zstdStart(0x88), repeated(10, true))),
  ...frame('a window of 16 MiB', 10, () => zstd(zstdStart(0x70), repeated(10, true))),
  ...frame('a content of 2^60 bytes', 10, () => {
    const start = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10);
    return zstd(start, repeated(10, true));
  }),
  ...frame('128 GiB of zstd', longestChunk, () =>
    zstd(zstdStart(0x60), filled(longestChunk, repeated(131_072, false))),
  ),
  ...frame('a million empty blocks', longestChunk, () =>
    zstd(zstdStart(0x60), filled(longestChunk, [0, 0, 0])),
  ),
  ...frame('a million frames', longestChunk, () => {
    const one = [...zstdStart(0x60), ...repeated(0, true)];
    return concat(Uint8Array.of(1), filled(longestChunk, one));
  }),
  ...frame('4 GiB of deflate', 1000, () => {
    // One block with fixed codes: a zero byte, and then "258 bytes from one byte before" until the end.
    return concat(Uint8Array.of(2, 0x62), filled(longestChunk, [0x18, 0x05, 0xa3, 0x60, 0x14]));
  }),
];

export const bombs: readonly Bomb[] = [...groups, ...snapshots, descriptor, table, continued, ...frames];
