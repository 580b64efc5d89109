import type { Source } from '@strongroom/archive';
import { directorySource } from '@strongroom/archive/browser';
import { fileAt, directoryAt, pathsIn, removeFile, writeFile } from './folders.ts';

const folderName = 'media';
const videos = /\.(?:mp4|m4v|mov|3gp|3g2|mkv|webm|avi)$/i;

/** The media files of the chats on OPFS: `media/<chat>/<name>`. Each is written once. */
export class MediaFolder {
  readonly #root: FileSystemDirectoryHandle;
  readonly #media: FileSystemDirectoryHandle;
  readonly #present: Set<string>;

  private constructor(
    root: FileSystemDirectoryHandle,
    media: FileSystemDirectoryHandle,
    present: Set<string>,
  ) {
    this.#root = root;
    this.#media = media;
    this.#present = present;
  }

  /** @param root the folder in which `media` is, or is made */
  static async open(root: FileSystemDirectoryHandle): Promise<MediaFolder> {
    const media = await directoryAt(root, folderName);
    const present = new Set<string>();
    for await (const path of pathsIn(media, `${folderName}/`)) present.add(path);
    return new MediaFolder(root, media, present);
  }

  /** Whether a file is there. */
  has(path: string): boolean {
    return this.#present.has(path);
  }

  /** Notes that somebody else has written a file. */
  note(path: string): void {
    this.#present.add(path);
  }

  /** What a crash has left of files that were being restored: empty ones, which are none. */
  async forgetEmpty(): Promise<void> {
    for (const path of this.#present) {
      if ((await fileAt(this.#root, path))?.size === 0) this.#present.delete(path);
    }
  }

  /** A file; only one of the media, whatever the path. */
  async read(path: string): Promise<File | undefined> {
    return this.has(path) ? fileAt(this.#root, path) : undefined;
  }

  /** @throws StrongroomError `disk-full` */
  async write(path: string, content: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    await writeFile(this.#root, path, content);
    this.#present.add(path);
  }

  /** How many videos are there: what a backup leaves out when it is to. */
  get videos(): number {
    return [...this.#present].filter((path) => videos.test(path)).length;
  }

  /**
   * Removes files that nobody knows and that were written since a time: what an import has left that was cut off.
   * @param isKnown whether a message has the file
   * @param since milliseconds since 1970
   */
  async sweep(isKnown: (path: string) => boolean, since: number): Promise<void> {
    for (const path of this.#present) {
      if (isKnown(path)) continue;
      const file = await fileAt(this.#root, path);
      if (file !== undefined && file.lastModified >= since) await this.remove(path);
    }
  }

  async remove(path: string): Promise<void> {
    if (!this.has(path)) return;
    this.#present.delete(path);
    await removeFile(this.#root, path);
  }

  /** Everything that is there, for a backup. */
  source(includeVideos: boolean): Source {
    return directorySource(this.#media, {
      prefix: `${folderName}/`,
      categoryOf: () => 'media',
      isWrittenOnce: () => true,
      only: (path) => this.has(path) && (includeVideos || !videos.test(path)),
    });
  }
}
