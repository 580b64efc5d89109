import type { EntryFacts, Target, TargetFile } from '@strongroom/archive';
import { directoryTarget } from '@strongroom/archive/browser';
import { StrongroomError } from '@strongroom/core';
import { directoryAt, removeFile } from '../files/folders.ts';
import type { MediaFolder } from '../files/media-folder.ts';
import { arrivalFolder, chatsEntry, finishArrival, type Arrival } from './arrival.ts';

/** Where a restore puts what it brings. */
export interface ChatsTargetOptions extends Arrival {
  readonly media: MediaFolder;
  /** Hears when a file is there. */
  readonly onFile: () => void;
}

/** Whether a restore brings an entry: the chats and their media, and nothing else that may be in an archive. */
export function isWanted({ path }: EntryFacts): boolean {
  return path === chatsEntry || path.startsWith('media/');
}

/**
 * Where a restore puts chats and media. The chats can be read as soon as their file is there; media come to where the
 * chats expect them. Chats that are there are never overwritten. A later run with the same snapshot goes on.
 */
export async function chatsTarget(options: ChatsTargetOptions): Promise<Target> {
  const arrival = await directoryAt(options.folder, arrivalFolder);
  return new ChatsTarget(options, directoryTarget(options.folder), directoryTarget(arrival));
}

class ChatsTarget implements Target {
  readonly #options: ChatsTargetOptions;
  readonly #place: Target;
  readonly #arrival: Target;

  constructor(options: ChatsTargetOptions, place: Target, arrival: Target) {
    this.#options = options;
    this.#place = place;
    this.#arrival = arrival;
  }

  async begin(restore: string): Promise<void> {
    const { settings, chats } = this.#options;
    if (settings.current.restore?.restore === restore) return;
    if (!chats.isEmpty) throw new StrongroomError('target-not-empty', { path: chatsEntry });
    await settings.update({ restore: { restore, messagesThere: false } });
  }

  async look(entry: EntryFacts): Promise<'absent' | 'same' | 'other'> {
    if (entry.path !== chatsEntry) return this.#place.look(entry);
    // They may have been written to since.
    return this.#options.settings.current.restore?.messagesThere ? 'same' : 'absent';
  }

  async file(entry: EntryFacts): Promise<TargetFile> {
    if (entry.path === chatsEntry) return this.#chats(entry);
    if (!isWanted(entry)) throw new StrongroomError('not-permitted', { path: entry.path });
    const file = await this.#place.file(entry);
    return whenCommitted(file, async () => {
      this.#options.media.note(entry.path);
      this.#options.onFile();
    });
  }

  async directory(): Promise<void> {
    // Made with the files in them.
  }

  async finishDirectory(): Promise<void> {
    // They have no time and no mode.
  }

  async symlink({ path }: EntryFacts): Promise<void> {
    throw new StrongroomError('not-permitted', { path });
  }

  async finish(): Promise<void> {
    // Whoever restores knows when messages and media are both there.
  }

  async #chats(entry: EntryFacts): Promise<TargetFile> {
    const { folder, onFile } = this.#options;
    // One that was left behind could not be taken over.
    await removeFile(folder, `${arrivalFolder}/${chatsEntry}`);
    return whenCommitted(await this.#arrival.file(entry), async () => {
      await finishArrival(this.#options);
      onFile();
    });
  }
}

function whenCommitted(file: TargetFile, then: () => Promise<void>): TargetFile {
  return {
    write: (bytes) => file.write(bytes),
    async commit() {
      await file.commit();
      await then();
    },
    discard: () => file.discard(),
  };
}
