import { StrongroomError, type Bytes } from '@strongroom/core';
import type { RecordStore } from '../records/record-store.ts';
import type { Fleet } from './fleet.ts';
import { decodeFleet, encodeFleet } from './fleet-codec.ts';

/** Where the state of the fleet is stored: an id that no account can have. */
export const FLEET_STATE_ID: Bytes = new Uint8Array(32).fill(2);

/** A state and what is needed to replace it. */
export interface StoredFleet {
  readonly fleet: Fleet;
  readonly version: number;
  readonly revision: number;
}

/**
 * The state of the fleet in the record store.
 *
 * It is not sealed, because a node without any key must read it, and need not be. Nothing in it is secret: keys are in
 * it only wrapped by one HSM for another, and sealed to a process besides. Nothing in it is believed that would be
 * worth lying about: which HSMs are trusted is marked inside each HSM by its officer; a key is taken over only from a
 * trusted HSM, and used only when its check is right; a key is destroyed only by a node that searched the store
 * itself, and saw for a while that it was to be destroyed. A store that lies can stop the fleet, as it always can,
 * and can have removed nodes distrusted, which takes officers to mend. It gets no key by it.
 */
export class FleetRecord {
  readonly #store: RecordStore;
  #seen = 0;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /**
   * The newest state; `undefined` when there is none yet.
   * @throws StrongroomError `wrong-usage` for a state that is older than one that this process saw, or is none
   */
  async read(): Promise<StoredFleet | undefined> {
    // Looked up first: while the store answers, another task of this process may see a newer one.
    const seen = this.#seen;
    const stored = await this.#store.read(FLEET_STATE_ID);
    if (stored === undefined) {
      if (seen > 0) throw rolledBack('The state of the fleet is gone from the store.');
      return undefined;
    }
    const { fleet, version } = decode(stored.value);
    if (version < seen) throw rolledBack('The store shows an older state of the fleet than before.');
    this.#seen = Math.max(this.#seen, version);
    return { fleet, version, revision: stored.revision };
  }

  /** Writes the state that follows `previous`; without one, the first. */
  async replace(fleet: Fleet, previous: StoredFleet | undefined): Promise<'committed' | 'conflict'> {
    const value = encodeFleet(fleet, (previous?.version ?? 0) + 1);
    return this.#store.replace(FLEET_STATE_ID, value, previous?.revision);
  }
}

/** The store was set back, or somebody changed what is in it. */
export function rolledBack(what: string): StrongroomError<'wrong-usage'> {
  const why = `${what} It was brought back from a copy, or somebody changed it. A vault must not go on with that: guesses would count again. Find out what happened to the store.`;
  return new StrongroomError('wrong-usage', { why });
}

function decode(value: Bytes): ReturnType<typeof decodeFleet> {
  try {
    return decodeFleet(value);
  } catch (cause) {
    const why =
      'The state of the fleet in the store cannot be read. Somebody changed it, or a newer version wrote it.';
    throw new StrongroomError('wrong-usage', { why }, { cause });
  }
}
