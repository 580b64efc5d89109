import type { Bytes } from '@strongroom/core';
import { EPOCH_LENGTH, epochOf, withEpoch } from './epoch.ts';
import type { Hsm } from './hsm.ts';

const nothing = new Uint8Array();

/** Seals values under the epoch that is in use, and opens those of every epoch whose key is still there. */
export class Sealer {
  readonly #hsm: Hsm;
  #epoch: number;

  constructor(hsm: Hsm, epoch: number) {
    this.#hsm = hsm;
    this.#epoch = epoch;
  }

  /** The epoch in use. */
  get epoch(): number {
    return this.#epoch;
  }

  /** From now on seals under another epoch. Older values still open. */
  use(epoch: number): void {
    this.#epoch = epoch;
  }

  /** A value as it is stored: 4 bytes of epoch, what is left in the clear, then the plaintext sealed. */
  async seal(aad: Uint8Array, plaintext: Uint8Array, clear: Uint8Array = nothing): Promise<Bytes> {
    const epoch = this.#epoch;
    return withEpoch(epoch, clear, await this.#hsm.seal(epoch, aad, plaintext));
  }

  /**
   * The plaintext of a stored value.
   * @param clearLength how many bytes were left in the clear; they count only if the additional data hold them
   * @throws StrongroomError `hsm`, `does-not-open` or `no-such-epoch` among others
   */
  open(aad: Uint8Array, value: Uint8Array, clearLength = 0): Promise<Bytes> {
    return this.#hsm.open(epochOf(value), aad, value.subarray(EPOCH_LENGTH + clearLength));
  }
}
