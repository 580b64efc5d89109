import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { encode, i2osp, os2ip, StrongroomError, toHex, type Bytes } from '@strongroom/core';
import { pad, unpad } from '@strongroom/protocol';
import { RecordSchema, type Record as VaultRecord } from '@strongroom/wire/vault';
import { EPOCH_LENGTH } from '../hsm/epoch.ts';
import { isHsmError } from '../hsm/hsm-error.ts';
import type { Sealer } from '../hsm/sealer.ts';
import { LATEST_FORMAT } from './format.ts';
import type { ListedValue, RecordStore } from './record-store.ts';

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

/**
 * Records as the rules see them, over a store that sees random-looking ids and same-sized sealed values: the epoch they
 * are sealed under (4 bytes), their sequence (6 bytes), then what is sealed.
 */
export class SealedRecords {
  readonly #store: RecordStore;
  readonly #sealer: Sealer;
  readonly #vaultId: Bytes;
  // The highest sequence of every record this process wrote or read: a store that serves an older one is refused.
  readonly #sequences = new Map<string, number>();

  constructor(store: RecordStore, sealer: Sealer, vaultId: Bytes) {
    this.#store = store;
    this.#sealer = sealer;
    this.#vaultId = vaultId;
  }

  /**
   * Reads a record.
   * @throws Error when the store returned something else than was written last; StrongroomError `unavailable` for one
   * of a newer version, which another node may know
   */
  async read(id: Bytes): Promise<OpenedRecord> {
    // Looked up first: while the store answers, another request may write.
    const known = this.#sequences.get(toHex(id)) ?? 0;
    const stored = await this.#store.read(id);
    if (stored === undefined) {
      if (known > 0) throw new Error('the store lost a record');
      return { record: undefined, revision: undefined, sequence: 0 };
    }
    const sequence = sequenceOf(stored.value);
    if (sequence < known) throw new Error('the store returned an older record');
    const plaintext = await this.#open(id, sequence, stored.value);
    this.#remember(id, sequence);
    const record = parse(plaintext);
    if (record.format > LATEST_FORMAT) throw ofNewerVersion(record.format);
    return { record, revision: stored.revision, sequence };
  }

  /** Writes the record that follows `previous`. */
  async replace(id: Bytes, record: VaultRecord, previous: OpenedRecord): Promise<'committed' | 'conflict'> {
    const sequence = previous.sequence + 1;
    const plaintext = pad(toBinary(RecordSchema, record), RECORD_SIZE);
    const stated = i2osp(sequence, sequenceLength);
    const value = await this.#sealer.seal(this.#aad(id, sequence), plaintext, stated);
    plaintext.fill(0);
    const outcome = await this.#store.replace(id, value, previous.revision);
    if (outcome === 'committed') this.#remember(id, sequence);
    return outcome;
  }

  /**
   * Seals a record anew under the epoch in use, with the next sequence, as any write. Of records that this process did
   * not serve it remembers nothing, so that a pass over all of them does not drive out those that it did.
   * @throws StrongroomError `hsm` `does-not-open` among others
   */
  async reseal({ id, value, revision }: ListedValue): Promise<'committed' | 'conflict'> {
    const known = this.#sequences.get(toHex(id));
    const sequence = sequenceOf(value);
    // Listed before this process wrote it.
    if (sequence < (known ?? 0)) return 'conflict';
    const plaintext = await this.#sealer.open(this.#aad(id, sequence), value, sequenceLength);
    const next = await this.#sealer.seal(
      this.#aad(id, sequence + 1),
      plaintext,
      i2osp(sequence + 1, sequenceLength),
    );
    plaintext.fill(0);
    const outcome = await this.#store.replace(id, next, revision);
    if (outcome === 'committed' && known !== undefined) this.#remember(id, sequence + 1);
    return outcome;
  }

  /** Makes overwritten records unreadable, as far as the store can. */
  forgetOldValues(): Promise<void> {
    return this.#store.forgetOldValues();
  }

  async #open(id: Bytes, sequence: number, value: Uint8Array): Promise<Bytes> {
    try {
      return await this.#sealer.open(this.#aad(id, sequence), value, sequenceLength);
    } catch (cause) {
      // An HSM that does not answer, or lacks a key, says nothing about the store.
      if (!isHsmError(cause, 'does-not-open')) throw cause;
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

function ofNewerVersion(format: number): StrongroomError<'unavailable'> {
  const cause = new Error(`a record of format ${format}: this version reads ${LATEST_FORMAT} at most`);
  return new StrongroomError('unavailable', { answered: 0, needed: 1 }, { cause });
}

function parse(plaintext: Bytes): VaultRecord {
  try {
    return fromBinary(RecordSchema, unpad(plaintext));
  } catch (cause) {
    throw new Error('the store returned a record that cannot be read', { cause });
  } finally {
    plaintext.fill(0);
  }
}

function sequenceOf(value: Uint8Array): number {
  return os2ip(value.subarray(EPOCH_LENGTH, EPOCH_LENGTH + sequenceLength));
}
