import { fromBinary } from '@bufbuild/protobuf';
import type { Bytes } from '@strongroom/core';
import { Vault } from '@strongroom/vault';
import { DirectoryVaultSchema, ServeRequestSchema } from '@strongroom/wire/vault';
import { toBinary } from '@bufbuild/protobuf';
import { openHsm, openStore, type HsmPlace, type StorePlace } from '../stores/places.ts';
import { drive, type Driven } from './drive.ts';
import { record } from './profiler.ts';
import { answer } from './remote.ts';

// A vault in a process of its own, so that whoever asks does not count. It serves what was prepared before.

/** What it is made of. */
export interface OpenVault {
  readonly store: StorePlace;
  readonly hsm: HsmPlace;
  readonly tenant: string;
  /** Ed25519, 32 bytes. */
  readonly frontDoor: Bytes;
}

/** Requests, and how many are served at once. */
export interface ServeBatch {
  /** Serialized ServeRequests. */
  readonly requests: readonly Uint8Array[];
  readonly inFlight: number;
}

/** What came of them, in the same order. */
export interface Served extends Driven {
  readonly answers: readonly Uint8Array[];
}

/** What this process can be asked. */
export type VaultHandlers = typeof handlers;

let vault: Vault;

const handlers = {
  /** Answers with a serialized DirectoryVault. */
  open: async ({ store, hsm, tenant, frontDoor }: OpenVault): Promise<Uint8Array> => {
    vault = await Vault.open({
      store: openStore(store),
      hsm: await openHsm(hsm),
      frontDoors: new Map([[tenant, [frontDoor]]]),
      beginCap: Infinity,
    });
    // As its process does every minute: without it, no epoch is looked after.
    await vault.tend();
    return toBinary(DirectoryVaultSchema, vault.describe(1, 'bench'));
  },
  serve: async ({ requests, inFlight }: ServeBatch): Promise<Served> => {
    const read = requests.map((request) => fromBinary(ServeRequestSchema, request));
    const answers: Uint8Array[] = [];
    const driven = await record.during(() =>
      drive(read.length, inFlight, async (index) => {
        answers[index] = (await vault.serve(read[index]!)).sealedAnswer;
      }),
    );
    return { ...driven, answers };
  },
  /** From now on, remembers where the time of serving goes. */
  profile: (): void => record.enable(),
  /** What it remembered: a CPU profile as Node writes them. */
  profiled: (): string => record.take(),
  close: (): Promise<void> => vault.close(),
};

answer(handlers);
