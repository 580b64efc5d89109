import type { Bytes } from '@strongroom/core';
import type { Archive } from '../archive.ts';
import { Serial } from '../concurrency.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { type FinishedPack, OpenPack } from '../pack/open-pack.ts';

/**
 * Fills packs. Two are open at a time, and a chunk goes into the first it fits into: with one, what is left when
 * the next chunk is large would be padding, an eighth of a pack on average.
 */
export class PackWriter {
  readonly #archive: Archive;
  readonly #upload: (pack: FinishedPack) => Promise<void>;
  readonly #serial = new Serial();
  #open: OpenPack[] = [];

  constructor(archive: Archive, upload: (pack: FinishedPack) => Promise<void>) {
    this.#archive = archive;
    this.#upload = upload;
  }

  /** Seals a chunk into a pack, after waiting for uploads when too many packs are full. */
  append(path: string, name: Bytes, frame: Bytes, plainLength: number): Promise<ChunkRef> {
    return this.#serial.run(async () => {
      const pack = await this.#packFor(frame.length);
      const ref = pack.append(path, name, frame, plainLength);
      await pack.settled();
      return ref;
    });
  }

  /** Hands the open packs over; the last is as small as its content allows. */
  async finish(): Promise<void> {
    const open = this.#open;
    this.#open = [];
    for (const [i, pack] of open.entries()) await this.#upload(await pack.finish(i < open.length - 1));
  }

  async #packFor(frameLength: number): Promise<OpenPack> {
    const roomy = this.#open.find((pack) => pack.fits(frameLength));
    if (roomy) return roomy;
    const fullest = this.#open.length > 1 ? this.#open.shift() : undefined;
    if (fullest) await this.#upload(await fullest.finish(true));
    const fresh = await OpenPack.start(this.#archive);
    this.#open.push(fresh);
    return fresh;
  }
}
