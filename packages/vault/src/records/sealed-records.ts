import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { concat, encode, i2osp, os2ip, toHex, type Bytes } from '@strongroom/core';
import { pad, unpad } from '@strongroom/protocol';
import { RecordSchema, type Record as VaultRecord } from '@strongroom/wire/vault';
import type { Hsm } from '../hsm/hsm.ts';
import type { RecordStore } from './record-store.ts';

/** Every record takes this many bytes before sealing, whatever it holds. */
export const RECORD_SIZE = 4096;
const sequenceLength = 6;
const maxRemembered = 1_000_000;

/** A record and what is needed to replace it. */
export interface OpenedRecord {
  readonly record: VaultRecord | undefined;
  readonly revision: number | undefined;
  readonly sequence: number;
}

/** Records as the rules see them, over a store that sees random-looking ids and same-sized sealed values. */
export class SealedRecords {
  readonly #store: RecordStore;
  readonly #hsm: Hsm;
  readonly #vaultId: Bytes;
  // The highest sequence of every record this process wrote or read: a store that serves an older one is refused.
  readonly #sequences = new Map<string, number>();

  constructor(store: RecordStore, hsm: Hsm, vaultId: Bytes) {
    this.#store = store;
    this.#hsm = hsm;
    this.#vaultId = vaultId;
  }

  /** Reads a record. @throws Error when the store returned something else than was written last */
  async read(id: Bytes): Promise<OpenedRecord> {
    // Looked up first: while the store answers, another request may write.
    const known = this.#sequences.get(toHex(id)) ?? 0;
    const stored = await this.#store.read(id);
    if (stored === undefined) {
      if (known > 0) throw new Error('the store lost a record');
      return { record: undefined, revision: undefined, sequence: 0 };
    }
    const sequence = os2ip(stored.value.subarray(0, sequenceLength));
    if (sequence < known) throw new Error('the store returned an older record');
    const plaintext = await this.#open(id, sequence, stored.value.subarray(sequenceLength));
    this.#remember(id, sequence);
    const record = fromBinary(RecordSchema, unpad(plaintext));
    plaintext.fill(0);
    return { record, revision: stored.revision, sequence };
  }

  /** Writes the record that follows `previous`. */
  async replace(id: Bytes, record: VaultRecord, previous: OpenedRecord): Promise<'committed' | 'conflict'> {
    const sequence = previous.sequence + 1;
    const plaintext = pad(toBinary(RecordSchema, record), RECORD_SIZE);
    const sealed = await this.#hsm.seal(this.#aad(id, sequence), plaintext);
    plaintext.fill(0);
    const value = concat(i2osp(sequence, sequenceLength), sealed);
    const outcome = await this.#store.replace(id, value, previous.revision);
    if (outcome === 'committed') this.#remember(id, sequence);
    return outcome;
  }

  /** Makes overwritten records unreadable, as far as the store can. */
  forgetOldValues(): Promise<void> {
    return this.#store.forgetOldValues();
  }

  async #open(id: Bytes, sequence: number, sealed: Uint8Array): Promise<Bytes> {
    try {
      return await this.#hsm.open(this.#aad(id, sequence), sealed);
    } catch (cause) {
      throw new Error('the store returned a record that does not open', { cause });
    }
  }

  #remember(id: Bytes, sequence: number): void {
    const key = toHex(id);
    this.#sequences.set(key, Math.max(sequence, this.#sequences.get(key) ?? 0));
    if (this.#sequences.size > maxRemembered)
      this.#sequences.delete(this.#sequences.keys().next().value ?? '');
  }

  #aad(id: Bytes, sequence: number): Bytes {
    return encode(this.#vaultId, id, i2osp(sequence, sequenceLength));
  }
}
