import type { Archive } from '../archive.ts';
import { Serial } from '../concurrency.ts';
import type { ChunkRef } from '../pack/chunk-ref.ts';
import { type FinishedPack, type NewChunk, OpenPack } from '../pack/open-pack.ts';
import { PackBuffers } from './pack-buffers.ts';

/**
 * Takes a finished pack, at once or after waiting for others.
 * @param done called when the pack's bytes are no longer needed; not when it throws
 * @throws what keeps the pack from being sent
 */
export type SendPack = (pack: FinishedPack, done: () => void) => Promise<void>;

/**
 * Fills packs. Two are open at a time, and a chunk goes into the first it fits into: with one, what is left when
 * the next chunk is large would be padding, an eighth of a pack on average.
 */
export class PackWriter {
  readonly #archive: Archive;
  readonly #upload: SendPack;
  readonly #serial = new Serial();
  #open: OpenPack[] = [];
  readonly #buffers = new PackBuffers();

  constructor(archive: Archive, upload: SendPack) {
    this.#archive = archive;
    this.#upload = upload;
  }

  /**
   * Begins to seal a chunk into a pack, after waiting for uploads when too many packs are full.
   * @returns what its place is waited for with
   */
  append(chunk: NewChunk): Promise<{ readonly placed: Promise<ChunkRef> }> {
    return this.#serial.run(async () => {
      const pack = await this.#packFor(chunk.plain.length);
      return { placed: pack.add(chunk) };
    });
  }

  /** Hands the open packs over; the last is as small as its content allows. */
  async finish(): Promise<void> {
    const open = this.#open;
    this.#open = [];
    for (const [i, pack] of open.entries()) await this.#send(pack, i < open.length - 1);
  }

  async #packFor(plainLength: number): Promise<OpenPack> {
    const roomy = this.#open.find((pack) => pack.fits(plainLength));
    if (roomy) return roomy;
    const fullest = this.#open.length > 1 ? this.#open.shift() : undefined;
    if (fullest) await this.#send(fullest, true);
    const fresh = await OpenPack.start(this.#archive, await this.#buffers.take());
    this.#open.push(fresh);
    return fresh;
  }

  async #send(open: OpenPack, whole: boolean): Promise<void> {
    const pack = await open.finish(whole);
    const buffer = new Uint8Array(pack.bytes.buffer);
    try {
      await this.#upload(pack, () => this.#buffers.giveBack(buffer));
    } catch (error) {
      // Others may be waiting for it, and are to hear of the failure, too.
      this.#buffers.giveBack(buffer);
      throw error;
    }
  }
}
