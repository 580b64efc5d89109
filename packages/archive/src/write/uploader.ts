import type { Archive } from '../archive.ts';
import type { Journal } from '../journal.ts';
import { packName } from '../object-names.ts';
import { firstChunk } from '../pack/layout.ts';
import type { FinishedPack } from '../pack/open-pack.ts';
import type { PackCache } from '../pack/pack-cache.ts';
import type { ProgressMeter } from '../progress.ts';

const mostAtOnce = 2;

export interface UploaderParts {
  readonly journal?: Journal | undefined;
  readonly cache?: PackCache | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends finished packs while the next ones are filled. */
export class Uploader {
  readonly #archive: Archive;
  readonly #journal: Journal | undefined;
  readonly #cache: PackCache | undefined;
  readonly #meter: ProgressMeter;
  readonly #signal: AbortSignal | undefined;
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  #uploadedBytes = 0;

  constructor(archive: Archive, meter: ProgressMeter, parts: UploaderParts) {
    this.#archive = archive;
    this.#meter = meter;
    this.#journal = parts.journal;
    this.#cache = parts.cache;
    this.#signal = parts.signal;
  }

  /** Bytes of the objects that arrived. */
  get uploadedBytes(): number {
    return this.#uploadedBytes;
  }

  /**
   * Starts to send a pack, after waiting while others are on their way.
   * @param done called when the pack's bytes are no longer needed
   * @throws what ended an earlier one
   */
  async upload(pack: FinishedPack, done: () => void): Promise<void> {
    while (this.#underWay.size >= mostAtOnce) await Promise.race(this.#underWay);
    this.#throwFailure();
    // Remembered before it is sent: when the power goes in between, the next backup looks whether it arrived.
    await this.#journal?.addPendingPack({ pack: pack.pack, size: pack.bytes.length }, pack.chunks);
    const sending = this.#send(pack).finally(() => {
      this.#underWay.delete(sending);
      done();
    });
    this.#underWay.add(sending);
  }

  /** Waits for everything that is on its way. @throws what ended one of them */
  async drain(): Promise<void> {
    await this.settle();
    this.#throwFailure();
  }

  /** Waits for everything that is on its way, whatever becomes of it. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #send(pack: FinishedPack): Promise<void> {
    try {
      const name = packName(this.#archive.id, pack.pack);
      await Promise.all([
        this.#archive.store.put(name, pack.bytes, { signal: this.#signal }),
        this.#cache && rememberParts(this.#cache, pack),
      ]);
      this.#uploadedBytes += pack.bytes.length;
      this.#meter.uploaded(pack.bytes.length);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}

/** Keeps what the next backup will want to read. */
async function rememberParts(cache: PackCache, { pack, bytes, chunks }: FinishedPack): Promise<void> {
  let begun = false;
  for (const { ref, wantedAgain } of chunks) {
    if (!wantedAgain) continue;
    if (!begun) await cache.write(pack, 0, bytes.subarray(0, firstChunk));
    begun = true;
    await cache.write(pack, ref.offset, bytes.subarray(ref.offset, ref.offset + ref.sealedLength));
  }
}
