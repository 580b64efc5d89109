import { type Bytes, concat, utf8 } from '@strongroom/core';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import type { Rng } from '../../../../tools/fuzz/rng.ts';
import type { EntryFacts } from '../entry.ts';
import { isSafePath } from '../paths.ts';
import { readDone } from '../plain/plain-backups.ts';
import { doneName, partSize } from '../plain/plain-names.ts';
import { blockSize, checksumOf, filling, tarEnd, tarFields, tarHeader } from '../plain/tar-header.ts';
import { readTar } from '../plain/tar-reader.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { archiveId, snapshotId } from './craft.ts';
import { type FuzzTarget, decoding, must } from './target.ts';

const sampleEntries: readonly EntryFacts[] = [
  entry({ path: 'chats', kind: 'directory' }),
  entry({ path: 'chats/messages.db', size: 700 }),
  entry({ path: `chats/${'long name '.repeat(20)}ü`, size: 3, mtimeNs: -1_500_000_000n }),
  entry({ path: 'newest', kind: 'symlink', linkTarget: 'chats/messages.db' }),
];

/** What a plain backup is read from: nothing in it is sealed, so anybody may have written it. */
export async function plainBackups(): Promise<FuzzTarget[]> {
  const parts = sampleEntries.map((facts) => concat(tarHeader(facts), contentOf(facts)));
  const whole = concat(...parts, tarEnd(parts.reduce((sum, { length }) => sum + length, 0)));
  return [
    {
      name: 'tar stream of a plain backup',
      share: 4,
      run: (rng) => readingTar(mutate(rng, [whole])),
    },
    {
      name: 'tar stream of a plain backup, with headers that add up',
      share: 8,
      run: (rng) => readingTar(withSums(mutate(rng, [whole]), rng)),
    },
    done(),
  ];
}

function readingTar(stream: Bytes): ReturnType<typeof decoding> {
  return decoding(
    async () => {
      const found: (readonly [EntryFacts, number])[] = [];
      for await (const { facts, content } of readTar(onePiece(stream), () => 'media')) {
        let length = 0;
        for await (const piece of content) length += piece.length;
        found.push([facts, length]);
      }
      return found;
    },
    (found) => {
      for (const [{ path, size, mode }, length] of found) {
        must(isSafePath(path), 'a path leads nowhere else');
        must(size === length, 'a content is as long as its header says');
        must(mode >= 0 && mode <= 0o777, 'a mode is permissions alone');
      }
    },
  );
}

function done(): FuzzTarget {
  const store = new MemoryStore();
  const honest = utf8(JSON.stringify({ parts: 2, bytes: partSize + 1, files: 7 }));
  return {
    name: 'last object of a plain backup',
    share: 8,
    run(rng) {
      store.objects.set(doneName(archiveId, snapshotId), mutate(rng, [honest]));
      return decoding(
        () => readDone(store, { archiveId, id: snapshotId }),
        ({ parts, bytes, files }) => {
          must([parts, bytes, files].every(Number.isSafeInteger), 'numbers are exact');
          must(parts === Math.ceil(bytes / partSize), 'there are as many parts as bytes fill');
        },
      );
    },
  };
}

/** Blocks that look like headers get the sum that they should have, most of them. */
function withSums(stream: Bytes, rng: Rng): Bytes {
  for (let at = 0; at + blockSize <= stream.length; at += blockSize) {
    const block = stream.subarray(at, at + blockSize);
    const isHeader =
      String.fromCodePoint(...block.subarray(tarFields.magic, tarFields.magic + 5)) === 'ustar';
    if (!isHeader || rng.oneIn(20)) continue;
    block.set(utf8(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `), tarFields.checksum);
  }
  return stream;
}

function contentOf({ size }: EntryFacts): Bytes {
  return concat(new Uint8Array(size).fill(0x61), filling(size));
}

async function* onePiece(bytes: Bytes): AsyncGenerator<Bytes> {
  yield bytes;
}

function entry(facts: Pick<EntryFacts, 'path'> & Partial<EntryFacts>): EntryFacts {
  return {
    kind: 'file',
    category: 'other',
    size: 0,
    mtimeNs: 1_700_000_000_000_000_000n,
    mode: 0o644,
    ...facts,
  };
}
