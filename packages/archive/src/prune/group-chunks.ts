import { toBinary } from '@bufbuild/protobuf';
import { type Bytes, copyBytes } from '@strongroom/core';
import { type ManifestGroup, ManifestGroupSchema } from '@strongroom/wire/archive';
import { damaged } from '../format/header.ts';
import { readMessage } from '../format/message.ts';
import { mostListed } from '../manifest/group.ts';
import { manifestObject } from '../manifest/manifest-reader.ts';
import { type ChunkRef, PackNumbers, decodePacks, decodeRef, encodeRef } from '../pack/chunk-ref.ts';

/**
 * The chunks that a group's entries are made of. Entries name them by their places in this list, so it holds every
 * chunk of every extent and patch.
 * @throws StrongroomError 'archive-damaged'
 */
export function chunksOfGroup(plain: Bytes): ChunkRef[] {
  return decodeChunks(parse(plain));
}

/** The same group with its chunks in other places: the list changes, the entries stay. */
export function moveChunks(plain: Bytes, newPlaceOf: (chunk: ChunkRef) => ChunkRef): Bytes {
  const group = parse(plain);
  const numbers = new PackNumbers();
  group.chunks = decodeChunks(group).map((chunk) => encodeRef(newPlaceOf(chunk), numbers));
  return copyBytes(toBinary(ManifestGroupSchema, Object.assign(group, numbers.list())));
}

function parse(plain: Bytes): ManifestGroup {
  return readMessage(ManifestGroupSchema, plain, manifestObject, mostListed);
}

function decodeChunks(group: ManifestGroup): ChunkRef[] {
  const packs = decodePacks(group);
  if (!packs) throw damaged(manifestObject, 'names a pack that cannot be');
  return group.chunks.map((message) => {
    const chunk = decodeRef(message, packs);
    if (!chunk) throw damaged(manifestObject, 'refers to a chunk that cannot be');
    return chunk;
  });
}
