import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { encode, type Bytes } from '@strongroom/core';
import { pad, unpad } from '@strongroom/protocol';
import { RecordSchema } from '@strongroom/wire/vault';
import { EPOCH_LENGTH, epochOf } from '../hsm/epoch.ts';
import type { Hsm } from '../hsm/hsm.ts';
import { Sealer } from '../hsm/sealer.ts';
import type { ListedValue, RecordStore, StoredValue } from '../records/record-store.ts';
import { RECORD_SIZE } from '../records/sealed-records.ts';

const sequenceLength = 6;

/**
 * A store whose records never know of the last counted Begin: as if the vault forgot the rule that a repeated KE1 gets
 * the repeated reply.
 */
export class ForgetfulStore implements RecordStore {
  readonly #inner: RecordStore;
  readonly #hsm: Hsm;
  readonly #vaultId: Bytes;

  constructor(inner: RecordStore, hsm: Hsm, vaultId: Bytes) {
    this.#inner = inner;
    this.#hsm = hsm;
    this.#vaultId = vaultId;
  }

  async read(id: Bytes): Promise<StoredValue | undefined> {
    const stored = await this.#inner.read(id);
    // The vault's own keys are something else.
    if (stored === undefined || id.every((byte) => byte === id[0])) return stored;
    return { ...stored, value: await this.#forget(id, stored.value) };
  }

  list(after: Bytes | undefined, limit: number): Promise<readonly ListedValue[]> {
    return this.#inner.list(after, limit);
  }

  replace(id: Bytes, value: Bytes, expectedRevision: number | undefined): Promise<'committed' | 'conflict'> {
    return this.#inner.replace(id, value, expectedRevision);
  }

  forgetOldValues(): Promise<void> {
    return this.#inner.forgetOldValues();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #forget(id: Bytes, value: Bytes): Promise<Bytes> {
    const sealer = new Sealer(this.#hsm, epochOf(value));
    const sequence = value.subarray(EPOCH_LENGTH, EPOCH_LENGTH + sequenceLength);
    const aad = encode(this.#vaultId, id, sequence);
    const record = fromBinary(RecordSchema, unpad(await sealer.open(aad, value, sequenceLength)));
    delete record.lastBegin;
    return sealer.seal(aad, pad(toBinary(RecordSchema, record), RECORD_SIZE), sequence);
  }
}
