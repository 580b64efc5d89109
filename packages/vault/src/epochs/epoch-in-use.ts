import { toHex } from '@strongroom/core';
import type { Hsm } from '../hsm/hsm.ts';
import { hsmError, noSuchEpoch } from '../hsm/hsm-error.ts';
import type { Sealer } from '../hsm/sealer.ts';
import { currentEpoch, findNode, newestEpoch, type Fleet, type NodeId } from './fleet.ts';
import { rolledBack, type FleetRecord } from './fleet-record.ts';

/** What tells a process which epoch to seal under. */
export interface EpochInUseOptions {
  readonly record: FleetRecord;
  readonly hsm: Hsm;
  /** The name of this HSM. */
  readonly me: () => Promise<NodeId>;
  readonly sealer: Sealer;
  /** How old the answer may be, milliseconds. */
  readonly refreshEvery: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Keeps a process's sealer at the epoch that the fleet uses. */
export class EpochInUse {
  readonly #options: EpochInUseOptions;
  #refreshing: Promise<void> | undefined;
  #at: { readonly wall: number; readonly steady: number } | undefined;
  #checked = 0;

  constructor(options: EpochInUseOptions) {
    this.#options = options;
  }

  /** Looks it up, unless that was done less than `refreshEvery` ago. @throws as `refresh` */
  async refreshIfOld(): Promise<void> {
    if (this.#isOld()) await this.refresh();
  }

  /**
   * Looks up which epoch is in use. Cheap: one read, unless it changed. Without a fleet it is what the vault's own keys
   * are sealed under.
   * @throws StrongroomError `hsm` `no-such-epoch` when this HSM does not have it (yet); `wrong-usage` when this node is
   * not in the fleet, or the store was set back; `unavailable`
   */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#look().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #look(): Promise<void> {
    const { record, now } = this.#options;
    const at = { wall: now(), steady: performance.now() };
    const stored = await record.read();
    if (stored !== undefined) await this.#take(stored.fleet);
    this.#at = at;
  }

  async #take(fleet: Fleet): Promise<void> {
    const { hsm, me, sealer } = this.#options;
    const { number, keyCheck } = currentEpoch(fleet);
    if (number < sealer.epoch) throw rolledBack('The store names an older epoch than before.');
    if (this.#checked !== number) {
      const held = await hsm.epochs();
      if (newestEpoch(fleet).number < Math.max(...held))
        throw rolledBack('This HSM holds the key of an epoch that the store knows nothing of.');
      if (!held.includes(number)) throw noSuchEpoch(number);
      if (toHex(await hsm.keyCheck(number)) !== keyCheck) throw anotherKey(number);
    }
    if (findNode(fleet, await me()) === undefined) throw notInFleet();
    this.#checked = number;
    // Another look may have been further meanwhile.
    if (number > sealer.epoch) sealer.use(number);
  }

  // Both clocks: one may be set, and the other one may stand still while a machine sleeps.
  #isOld(): boolean {
    const { now, refreshEvery } = this.#options;
    if (this.#at === undefined) return true;
    const ages = [now() - this.#at.wall, performance.now() - this.#at.steady];
    return ages.some((age) => Math.abs(age) >= refreshEvery);
  }
}

/** A node that is not in the state of the fleet. */
export function notInFleet(): Error {
  return hsmError(
    'refused',
    'This node is not in the fleet: its HSM was never added, or was removed. Run `strongroom fleet add-node` for it.',
  );
}

function anotherKey(number: number): Error {
  return hsmError(
    'refused',
    `The key of epoch ${number} in this HSM is not the one that the fleet uses. Nothing is sealed under it.`,
  );
}
