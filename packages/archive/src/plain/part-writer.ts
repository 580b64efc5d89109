import type { Bytes } from '@strongroom/core';
import { partSize } from './plain-names.ts';

/** Stores a part; its bytes may be used again afterwards. */
export type PutPart = (number: number, bytes: Bytes) => Promise<void>;

/** Cuts a stream into parts. While one is on its way, the next is filled. */
export class PartWriter {
  readonly #put: PutPart;
  #filling: Bytes = new Uint8Array(partSize);
  #spare: Bytes = new Uint8Array(partSize);
  #filled = 0;
  #parts = 0;
  #bytes = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(put: PutPart) {
    this.#put = put;
  }

  /** @throws what ended the part before */
  async write(bytes: Bytes): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + partSize - this.#filled);
      this.#filling.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === partSize) await this.#send();
    }
  }

  /** Sends the rest and waits for everything. */
  async finish(): Promise<{ readonly parts: number; readonly bytes: number }> {
    if (this.#filled > 0) await this.#send();
    await this.#underWay;
    return { parts: this.#parts, bytes: this.#bytes };
  }

  /** Waits for what is on its way, whatever becomes of it. */
  async settle(): Promise<void> {
    await this.#underWay.catch(() => undefined);
  }

  async #send(): Promise<void> {
    await this.#underWay;
    this.#underWay = this.#put(this.#parts, this.#filling.subarray(0, this.#filled));
    // Told by whoever waits for it next.
    this.#underWay.catch(() => undefined);
    this.#parts++;
    this.#bytes += this.#filled;
    this.#filled = 0;
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
  }
}
