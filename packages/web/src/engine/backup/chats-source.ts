import type { Source, SourceContent, SourceEntry } from '@strongroom/archive';
import { fileError } from '@strongroom/archive/browser';
import type { ChatsFile } from '../files/chats-file.ts';
import type { MediaFolder } from '../files/media-folder.ts';
import type { DatabaseStamp } from '../sqlite/copy-pages.ts';
import { chatsEntry } from './arrival.ts';

const usualMode = 0o644;

/** What is backed up. */
export interface ChatsSourceOptions {
  readonly chats: ChatsFile;
  readonly media: MediaFolder;
  readonly includeVideos: boolean;
  /** Tells the databases that stood here one after the other apart. */
  readonly generation: number;
  /** Hears when the chats are about to be read: what comes later is not in the backup. */
  readonly onRead: () => void;
}

/**
 * The chats as a source of a backup: `chats.db`, of which a copy is made when it is to be read so that writing can go on,
 * and the media. In the order of `comparePaths`: `chats.db` comes before `media/`.
 */
export function chatsSource(options: ChatsSourceOptions): Source {
  return {
    labels: ['Chats'],
    async *entries(asked) {
      yield chatsEntryOf(options);
      yield* options.media.source(options.includeVideos).entries(asked);
    },
  };
}

function chatsEntryOf(options: ChatsSourceOptions): SourceEntry {
  const stamp = options.chats.stamp();
  options.onRead();
  return {
    path: chatsEntry,
    kind: 'file',
    category: 'messages',
    size: stamp.size,
    mtimeNs: now(),
    mode: usualMode,
    identity: identityOf(stamp, options),
    open: () => openCopy(options),
  };
}

async function openCopy(options: ChatsSourceOptions): Promise<SourceContent> {
  const { chats, onRead } = options;
  onRead();
  const { file, stamp } = await chats.copy();
  return {
    mtimeNs: now(),
    identity: identityOf(stamp, options),
    async read(offset, length) {
      try {
        return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      } catch (error) {
        throw fileError(error, chatsEntry);
      }
    },
    changed: () => Promise.resolve(false),
    close: () => chats.dropCopy(),
  };
}

function identityOf({ size, changes }: DatabaseStamp, { generation }: ChatsSourceOptions): string {
  return `${generation}:${changes}:${size}`;
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
