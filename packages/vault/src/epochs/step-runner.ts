import { isStrongroomError } from '@strongroom/core';
import type { Hsm } from '../hsm/hsm.ts';
import { isHsmError } from '../hsm/hsm-error.ts';
import type { RecordStore } from '../records/record-store.ts';
import { withDistrust, withHanded, withReception } from './changes.ts';
import { afterDestroyed } from './destroying.ts';
import type { EpochProblem } from './epoch-observer.ts';
import type { EpochPolicy } from './epoch-policy.ts';
import { findNode, livingEpochs, type Fleet, type HandedKey, type NodeId } from './fleet.ts';
import type { FleetRecord, StoredFleet } from './fleet-record.ts';
import { holds } from './handing.ts';
import type { OwnSearch } from './own-search.ts';
import { isProven, proveReception, receptionName, sealToReception, type Reception } from './reception.ts';
import { afterPages } from './resealing.ts';
import { goOnResealing, isSamePass } from './resealer.ts';
import type { SealAnew } from './seal-anew.ts';
import type { Facts, Step } from './steps.ts';
import type { WalkOptions } from './walk.ts';

/** What steps are taken with. */
export interface StepRunnerOptions {
  readonly hsm: Hsm;
  readonly store: RecordStore;
  readonly record: FleetRecord;
  readonly search: OwnSearch;
  readonly reception: Reception | undefined;
  readonly sealAnew: SealAnew | undefined;
  readonly walk: (perSecond: number) => WalkOptions;
  readonly policy: EpochPolicy;
  readonly onAnnounced: () => void;
  readonly onResealed: (values: number) => void;
  readonly onProblem: (problem: EpochProblem) => void;
}

/** Whether to look what to do next, or to leave that step for the next round. */
export type Taken = 'again' | 'later';

/** Tells steps apart. */
export function stepKey(step: Step): string {
  const { do: name, what, epoch, node, to, handed } = { ...noDetails, ...step };
  return [name, what, epoch, node, to, handed?.from].join(' ');
}

const noDetails: {
  readonly what?: string;
  readonly epoch?: number;
  readonly node?: NodeId;
  readonly to?: NodeId;
  readonly handed?: HandedKey;
} = {};

/** Takes the steps that `nextSteps` says: with the HSM, the store, or both. */
export class StepRunner {
  readonly #options: StepRunnerOptions;

  constructor(options: StepRunnerOptions) {
    this.#options = options;
  }

  take(step: Step, stored: StoredFleet, facts: Facts): Promise<Taken> {
    switch (step.do) {
      case 'say':
        return this.#say(step.fleet, stored);
      case 'make-key':
        return this.#makeKey(step.epoch);
      case 'take-key':
        return this.#takeKey(step.epoch, step.handed);
      case 'announce':
        return this.#announce(stored, facts);
      case 'hand-key':
        return this.handKey({ epoch: step.epoch, to: step.to, stored, facts });
      case 'distrust':
        return this.#distrust(step.node, stored, facts);
      case 'reseal':
        return this.#reseal(stored, facts);
      case 'search':
        return this.#lookForMyself(step.epochs, stored);
      case 'destroy-key':
      default:
        return this.#destroyKey(step.epoch, stored, facts);
    }
  }

  /** Hands a key to a node. @param isCeremony an operator stands by: the reception need not be proven */
  async handKey(
    { epoch, to, stored, facts }: { epoch: number; to: NodeId; stored: StoredFleet; facts: Facts },
    isCeremony = false,
  ): Promise<Taken> {
    const { hsm, onProblem } = this.#options;
    const { transportKey, reception } = findNode(stored.fleet, to)!;
    const { publicKey, proof } = reception!;
    if (!isCeremony && !(await isProven(hsm, to, publicKey, proof))) {
      const why = 'A node waits for keys that has none yet. Run `strongroom fleet add-node` for it.';
      onProblem({ problem: 'reception-not-proven', node: to, why });
      return 'later';
    }
    const key = await this.#orRefused(epoch, to, async () => {
      const wrapped = await hsm.wrapKey(epoch, transportKey);
      return sealToReception(publicKey, { from: facts.me, to, epoch }, wrapped);
    });
    if (key === undefined) return 'later';
    const names = { from: facts.me, to, reception: receptionName(publicKey), at: facts.now };
    return this.#say(withHanded(stored.fleet, epoch, { ...names, ...key }), stored);
  }

  // Whether it was written or another node was faster: look again.
  async #say(fleet: Fleet, stored: StoredFleet): Promise<Taken> {
    await this.#options.record.replace(fleet, stored);
    return 'again';
  }

  async #makeKey(epoch: number): Promise<Taken> {
    try {
      await this.#options.hsm.makeKey(epoch);
    } catch (error) {
      // By another process with the same HSM.
      if (!isHsmError(error, 'epoch-exists')) throw error;
    }
    return 'again';
  }

  async #takeKey(epoch: number, handed: HandedKey): Promise<Taken> {
    const { hsm, reception } = this.#options;
    const taken = await this.#orRefused(epoch, handed.from, async () => {
      const wrapped = reception!.open({ from: handed.from, to: handed.to, epoch }, handed);
      await hsm.unwrapKey(epoch, wrapped);
      return true;
    });
    return taken === true ? 'again' : 'later';
  }

  async #announce(stored: StoredFleet, facts: Facts): Promise<Taken> {
    const { hsm, reception, onAnnounced } = this.#options;
    const { publicKey } = reception!;
    const known = livingEpochs(stored.fleet).findLast((epoch) => holds(epoch, facts));
    const proof = known && (await proveReception(hsm, known.number, facts.me, publicKey));
    const entry = { publicKey, proof: proof ?? new Uint8Array(), at: facts.now };
    onAnnounced();
    return this.#say(withReception(stored.fleet, facts.me, entry), stored);
  }

  async #distrust(node: NodeId, stored: StoredFleet, facts: Facts): Promise<Taken> {
    const { transportKey } = stored.fleet.removed.find(({ id }) => id === node)!;
    await this.#options.hsm.distrust(transportKey);
    return this.#say(withDistrust(stored.fleet, node, facts.me), stored);
  }

  async #reseal(stored: StoredFleet, facts: Facts): Promise<Taken> {
    const { walk, policy, sealAnew, onResealed, record, store } = this.#options;
    const before = stored.fleet.pass!;
    const passed = await goOnResealing(before, walk(policy.resealsPerSecond), sealAnew!);
    onResealed(passed.resealed);
    this.#noteUnopenable(passed.unopenable);
    if (passed.isWhole) await store.forgetOldValues();
    const latest = await record.read();
    if (latest === undefined || !isSamePass(before, latest.fleet.pass)) return 'again';
    await this.#say(afterPages(latest.fleet, passed.pass, { facts, isWhole: passed.isWhole }), latest);
    return passed.isWhole && passed.unopenable.length === 0 ? 'again' : 'later';
  }

  async #lookForMyself(epochs: readonly number[], { fleet }: StoredFleet): Promise<Taken> {
    const { search, walk, policy } = this.#options;
    for (const epoch of epochs)
      if (!(await search.goOn(epoch, fleet, walk(policy.searchedPerSecond)))) return 'later';
    return 'again';
  }

  async #destroyKey(epoch: number, stored: StoredFleet, facts: Facts): Promise<Taken> {
    await this.#options.hsm.destroyKey(epoch);
    await this.#options.store.forgetOldValues();
    return this.#say(afterDestroyed(stored.fleet, epoch, facts), stored);
  }

  #noteUnopenable(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const why = `Values in the store do not open under the key that they state, so that this key is kept. Their ids: ${ids.join(', ')}.`;
    this.#options.onProblem({ problem: 'unopenable-values', why });
  }

  // What another node sent, or is, may be wrong; that must not keep this one from the rest.
  async #orRefused<T>(epoch: number, node: NodeId, run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      const isRefused =
        isHsmError(error, 'refused', 'not-trusted', 'epoch-exists', 'no-such-epoch') ||
        isStrongroomError(error, 'malformed');
      if (!isRefused) throw error;
      this.#options.onProblem({ problem: 'key-refused', epoch, node, why: error.message });
      return undefined;
    }
  }
}
