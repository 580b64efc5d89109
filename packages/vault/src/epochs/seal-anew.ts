import { toHex } from '@strongroom/core';
import { FLEET_KEYS_ID, resealFleetKeys } from '../fleet-keys.ts';
import type { Sealer } from '../hsm/sealer.ts';
import { PROPOSE_KEYS_ID, resealProposeKeys } from '../propose-keys.ts';
import type { ListedValue, RecordStore } from '../records/record-store.ts';
import type { SealedRecords } from '../records/sealed-records.ts';

/**
 * Seals a stored value anew under the epoch in use, and writes it unless it was replaced meanwhile (`conflict`).
 * @throws StrongroomError `hsm` `does-not-open` for what was not sealed as it should be
 */
export type SealAnew = (value: ListedValue) => Promise<'committed' | 'conflict'>;

/** Seals anew whatever a vault stores: its own keys, those for Propose, and records. */
export function sealAnew(store: RecordStore, sealer: Sealer, records: SealedRecords): SealAnew {
  const blobs = new Map([
    [toHex(FLEET_KEYS_ID), resealFleetKeys],
    [toHex(PROPOSE_KEYS_ID), resealProposeKeys],
  ]);
  return async (value) => {
    const blob = blobs.get(toHex(value.id));
    if (blob === undefined) return records.reseal(value);
    return store.replace(value.id, await blob(value.value, sealer), value.revision);
  };
}
