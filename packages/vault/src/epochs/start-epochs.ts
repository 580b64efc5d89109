import type { Bytes } from '@strongroom/core';
import type { Hsm } from '../hsm/hsm.ts';
import { Sealer } from '../hsm/sealer.ts';
import { ProposeKeyring } from '../propose-keys.ts';
import type { RecordStore } from '../records/record-store.ts';
import { SealedRecords } from '../records/sealed-records.ts';
import { EpochFence } from './epoch-fence.ts';
import { EpochInUse } from './epoch-in-use.ts';
import { EpochKeeper } from './epoch-keeper.ts';
import type { EpochObserver } from './epoch-observer.ts';
import { defaultEpochPolicy, type EpochPolicy } from './epoch-policy.ts';
import { FleetRecord } from './fleet-record.ts';
import { OwnName } from './own-name.ts';
import type { Reception } from './reception.ts';
import { sealAnew } from './seal-anew.ts';

/** What a serving process is made of, as far as it seals. */
export interface StartEpochsOptions {
  readonly store: RecordStore;
  readonly hsm: Hsm;
  readonly now: () => number;
  /** The vault's id, and the epoch that its own keys are sealed under. */
  readonly keys: { readonly vaultId: Bytes; readonly epoch: number };
  readonly reception: Reception;
  readonly epochs: { readonly policy?: Partial<EpochPolicy>; readonly observer?: EpochObserver };
}

/** Everything of a process that writes sealed values, behind one fence, and what takes care of its epochs. */
export interface StartedEpochs {
  readonly records: SealedRecords;
  readonly proposeKeys: ProposeKeyring;
  readonly keeper: EpochKeeper;
}

/** Puts a process together so that it seals under the epoch in use, and can seal anew. */
export function startEpochs(options: StartEpochsOptions): StartedEpochs {
  const { store, hsm, now, keys, reception, epochs } = options;
  const { refreshEvery } = { ...defaultEpochPolicy, ...epochs.policy };
  const sealer = new Sealer(hsm, keys.epoch);
  const record = new FleetRecord(store);
  const name = new OwnName(hsm);
  const me = async (): Promise<string> => (await name.get()).id;
  const inUse = new EpochInUse({ record, hsm, me, sealer, refreshEvery, now });
  const fence = new EpochFence({ store, sealer, refresh: () => inUse.refreshIfOld() });
  const records = new SealedRecords(fence, sealer, keys.vaultId);
  const proposeKeys = new ProposeKeyring(fence, sealer);
  const sealing = { inUse, fence, sealAnew: sealAnew(fence, sealer, records) };
  const keeper = new EpochKeeper({ store, hsm, now, record, ...epochs, process: { reception, sealing } });
  return { records, proposeKeys, keeper };
}
