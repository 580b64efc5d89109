import { type Bytes, concat } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import type { Entry } from '../entry.ts';
import { pad } from '../format/padding.ts';
import { decodeGroup } from '../manifest/group.ts';
import { readManifest } from '../manifest/manifest-reader.ts';
import { packName, snapshotName } from '../object-names.ts';
import { ChunkReader } from '../pack/chunk-reader.ts';
import { type ChunkRef, placeOf } from '../pack/chunk-ref.ts';
import { isSafePath } from '../paths.ts';
import { fileContent } from '../read/file-content.ts';
import { restoreSnapshot } from '../read/restore.ts';
import { encodeSnapshot } from '../snapshot/snapshot-message.ts';
import { MemoryTarget } from '../testing/memory-target.ts';
import { verifyArchive } from '../verify.ts';
import {
  archiveId,
  fixedArchive,
  packId,
  plainFrame,
  refsOf,
  sealedObject,
  sealedPack,
  snapshotId,
} from './craft.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import type { Rng } from '../../../../tools/fuzz/rng.ts';
import { sampleGroups, sampleSnapshot } from './samples.ts';
import { type FuzzTarget, damage, decoding, must } from './target.ts';

// What the entries of the samples are made of.
const contents: readonly Bytes[] = [100, 120, 140].map((length, n) =>
  Uint8Array.from({ length }, (_, i) => (i * 7 + n * 50) & 0xff),
);

function checkEntry(entry: Entry): void {
  must(isSafePath(entry.path), 'a path is safe');
  must(Number.isSafeInteger(entry.size) && entry.size >= 0, 'a size is a number');
  for (const { chunk, offset, length } of [...entry.extents, ...entry.patches])
    must(length > 0 && offset + length <= chunk.plainLength, 'a piece is within its chunk');
  for (const [i, { at }] of entry.patches.entries()) {
    const before = entry.patches[i - 1];
    must(!before || before.at + before.length <= at, 'patches do not overlap');
  }
}

export async function groups(): Promise<FuzzTarget> {
  const { archive } = await fixedArchive();
  const inputs = sampleGroups(await refsOf(archive, contents));
  return {
    name: 'group of the manifest',
    share: 40,
    run(rng) {
      const patchedTo = rng.pick([0, 30, rng.below(1000), Number.MAX_SAFE_INTEGER]);
      return decoding(
        () => decodeGroup(mutate(rng, inputs), 'x', patchedTo),
        (records) => {
          for (const { entry } of records) checkEntry(entry);
        },
      );
    },
  };
}

/** Gives out plaintexts without any pack. */
class PlainReader extends ChunkReader {
  readonly #plains: ReadonlyMap<string, Bytes>;

  constructor(archive: Archive, plains: ReadonlyMap<string, Bytes>) {
    super(archive);
    this.#plains = plains;
  }

  override async chunk(ref: ChunkRef): Promise<Bytes> {
    // A reference of which nothing is true but its length.
    return this.#plains.get(placeOf(ref)) ?? new Uint8Array(ref.plainLength);
  }

  override async ownChunk(ref: ChunkRef): Promise<Bytes> {
    return (await this.chunk(ref)).slice();
  }
}

/** Several groups, one of them changed, at times in another order, and every file of theirs. */
export async function manifests(): Promise<FuzzTarget> {
  const { archive } = await fixedArchive();
  const refs = await refsOf(archive, contents);
  const inputs = sampleGroups(refs);
  const placed = (n: number): ChunkRef => ({ ...refs[0]!, ordinal: 1000 + n });
  return {
    name: 'manifest and files of several groups',
    share: 20,
    run(rng) {
      const [, begun, rest] = inputs as [Bytes, Bytes, Bytes];
      const plains = rng.oneIn(3) ? [mutate(rng, inputs), rng.pick(inputs)] : [begun, rest];
      plains[rng.below(plains.length)] = mutate(rng, inputs);
      const known = new Map([...plains.entries()].map(([n, plain]) => [placeOf(placed(n)), plain] as const));
      for (const [i, plain] of contents.entries()) known.set(placeOf(refs[i]!), plain);
      const reader = new PlainReader(archive, known);
      return decoding(
        () => walk(reader, [...plains.keys()].map(placed), rng),
        () => undefined,
      );
    },
  };
}

async function walk(reader: ChunkReader, groups: readonly ChunkRef[], rng: Rng): Promise<void> {
  let last: string | undefined;
  const onDamage = rng.oneIn(2) ? (): void => undefined : undefined;
  for await (const entry of readManifest(reader, groups, onDamage)) {
    checkEntry(entry);
    must(entry.path !== last, 'no path comes twice');
    last = entry.path;
    let length = 0;
    // A forged chunk may be long; what is said of its pieces is true all the same.
    for await (const bytes of fileContent(reader, entry)) length += bytes.length;
    must(length === entry.size, 'a file has its size');
  }
}

/** The whole way: an archive whose sealed plaintexts were changed by somebody who has the key. */
export async function archives(): Promise<FuzzTarget> {
  const { archive, store } = await fixedArchive();
  const refs = await refsOf(archive, contents);
  const inputs = sampleGroups(refs);
  const kind = { magic: 'SRSN', label: 'strongroom snapshot' } as const;
  const name = snapshotName(archiveId, snapshotId);
  const allowed = [...damage, 'archive-incomplete', 'snapshot-missing'] as const;
  return {
    name: 'archive, by who has the key: verify and restore',
    share: 1,
    async run(rng) {
      const group = mutate(rng, inputs);
      const plains = [...contents, group.length > 0 ? group : new Uint8Array(1)];
      const forged = await refsOf(archive, plains);
      const table = pad(new Uint8Array(), 2000);
      store.objects.set(
        packName(archiveId, packId),
        await sealedPack(archive, { frames: plains.map(plainFrame), table }),
      );
      const honest = encodeSnapshot({ ...sampleSnapshot(forged.slice(-1)), kept: [] });
      const message = rng.oneIn(3) ? mutate(rng, [honest]) : honest;
      store.objects.set(
        name,
        await sealedObject(archive, kind, name, concat(pad(message, message.length + 50))),
      );
      const { problems } = await verifyArchive(archive, { depth: 'full' });
      must(problems.length > 0, 'a forged archive does not pass');
      const target = new MemoryTarget();
      return decoding(
        () => restoreSnapshot(archive, snapshotId, target),
        () => {
          for (const { path, size, content } of target.entries.values())
            must(content.length === size && isSafePath(path), 'a restored file is whole');
        },
        allowed,
      );
    },
  };
}
