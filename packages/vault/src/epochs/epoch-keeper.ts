import { setTimeout as pause } from 'node:timers/promises';
import { StrongroomError, toHex } from '@strongroom/core';
import type { Hsm } from '../hsm/hsm.ts';
import { hsmError, isHsmError } from '../hsm/hsm-error.ts';
import { transportKeyId } from '../hsm/transport-key.ts';
import type { RecordStore } from '../records/record-store.ts';
import { newFleet, newNode } from './changes.ts';
import type { EpochFence } from './epoch-fence.ts';
import { notInFleet, type EpochInUse } from './epoch-in-use.ts';
import type { EpochObserver, EpochProblem } from './epoch-observer.ts';
import { defaultEpochPolicy, type EpochPolicy } from './epoch-policy.ts';
import { findNode, missingEpochs, type Fleet, type FleetNode } from './fleet.ts';
import { FleetRecord, type StoredFleet } from './fleet-record.ts';
import { receivable } from './handing.ts';
import { nextSteps } from './next-steps.ts';
import { OwnName } from './own-name.ts';
import { OwnSearch } from './own-search.ts';
import { progressOf, type FleetProgress } from './progress.ts';
import type { Reception } from './reception.ts';
import type { SealAnew } from './seal-anew.ts';
import { stepKey, StepRunner } from './step-runner.ts';
import type { Facts, ServingFacts } from './steps.ts';
import type { WalkOptions } from './walk.ts';

/** What an operator's command and a node's process both have. */
export interface EpochKeeperOptions {
  readonly store: RecordStore;
  readonly hsm: Hsm;
  readonly record?: FleetRecord;
  readonly policy?: Partial<EpochPolicy>;
  readonly observer?: EpochObserver;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** For a process that serves, or is about to. */
  readonly process?: EpochProcess;
}

/** A process that serves, or is about to. */
export interface EpochProcess {
  readonly reception: Reception;
  /** Missing until it has all keys. */
  readonly sealing?: Sealing;
}

/** How a process seals. */
export interface Sealing {
  readonly inUse: EpochInUse;
  readonly fence: EpochFence;
  readonly sealAnew: SealAnew;
}

const defaults = {
  now: Date.now,
  observer: {},
  sleep: (milliseconds: number): Promise<void> => pause(milliseconds, undefined, { ref: false }),
};
// More than a fleet of the largest size ever has to do at once.
const mostSteps = 2000;

/** Takes care of a node's part in the epochs of its fleet. */
export class EpochKeeper {
  readonly #options: Omit<EpochKeeperOptions, 'policy'> &
    Required<Pick<EpochKeeperOptions, keyof typeof defaults>>;
  readonly #policy: EpochPolicy;
  readonly #record: FleetRecord;
  readonly #name: OwnName;
  readonly #search = new OwnSearch();
  #announced = false;
  #problems: EpochProblem[] = [];
  #tending: Promise<void> | undefined;

  constructor(options: EpochKeeperOptions) {
    this.#options = { ...defaults, ...options };
    this.#policy = { ...defaultEpochPolicy, ...options.policy };
    this.#record = options.record ?? new FleetRecord(options.store);
    this.#name = new OwnName(options.hsm);
  }

  /**
   * Looks up which epoch to seal under. Cheap; a process that writes does so by itself every few seconds.
   * @throws as `EpochInUse.refresh`
   */
  async refresh(): Promise<void> {
    await this.#options.process?.sealing?.inUse.refresh();
  }

  /**
   * Does what this node can do now for the epochs of the fleet: call it every minute or so. Whatever it does may be
   * done twice or be cut short. Without a fleet, a serving process enters this node as its first one.
   * @throws StrongroomError `unavailable`, `hsm`; `wrong-usage` when the store was set back
   */
  tend(): Promise<void> {
    this.#tending ??= this.#tend().finally(() => {
      this.#tending = undefined;
    });
    return this.#tending;
  }

  /**
   * Takes over the keys that this node lacks, before it serves. Call it again until it does not throw: others send
   * the keys meanwhile, to the reception of this process.
   * @throws StrongroomError `hsm` `unavailable` as long as keys are missing; `hsm` `refused` when this node is not in
   * the fleet
   */
  async join(): Promise<void> {
    if ((await this.#record.read()) === undefined) return;
    await this.tend();
    const { fleet } = (await this.#record.read())!;
    const { id } = await this.#name.get();
    if (findNode(fleet, id) === undefined) throw notInFleet();
    const missing = missingEpochs(fleet, id).filter(({ state }) => state !== 'making');
    if (missing.length > 0) throw waitsForKeys(missing.map(({ number }) => number));
  }

  /** Every write of this process under an older epoch than this one is over; 0 when it does not seal. */
  get sealsUnder(): number {
    return this.#options.process?.sealing?.fence.sealsUnder ?? 0;
  }

  /** How the fleet and its epochs fare; `undefined` when there is no fleet yet. */
  async progress(): Promise<FleetProgress | undefined> {
    const stored = await this.#record.read();
    return stored && progressOf(stored.fleet, await this.#facts(stored.fleet), this.#problems);
  }

  /**
   * Enters this node as the first of a fleet. The vault's own keys must be in the store, sealed under an epoch.
   * @returns `false` when it was entered before
   * @throws StrongroomError `wrong-usage` when there is a fleet without this node
   */
  async found(site: string, epoch: number): Promise<boolean> {
    const { now, hsm } = this.#options;
    const { id, transportKey } = await this.#name.get();
    const keyCheck = toHex(await hsm.keyCheck(epoch));
    for (;;) {
      const stored = await this.#record.read();
      if (stored !== undefined) return this.#wasFounded(stored.fleet, id);
      const fleet = newFleet(newNode(id, transportKey, site, now()), { number: epoch, keyCheck }, now());
      if ((await this.#record.replace(fleet, undefined)) === 'committed') return true;
    }
  }

  /** The state and what this node knows besides. @throws StrongroomError `wrong-usage` without a fleet */
  async look(): Promise<{ readonly stored: StoredFleet; readonly facts: Facts }> {
    const stored = await this.#record.read();
    if (stored === undefined) throw noFleet();
    return { stored, facts: await this.#facts(stored.fleet) };
  }

  /** Hands a node every key that it lacks, while an operator stands by: its reception need not be proven. */
  async handOver(node: FleetNode, { stored, facts }: { stored: StoredFleet; facts: Facts }): Promise<void> {
    const epoch = receivable(stored.fleet, node, facts)[0];
    if (epoch === undefined) return;
    const runner = this.#runner(() => true);
    await runner.handKey({ epoch: epoch.number, to: node.id, stored, facts }, true);
  }

  /** Writes the state that follows one that was read. */
  write(fleet: Fleet, previous: StoredFleet): Promise<'committed' | 'conflict'> {
    return this.#record.replace(fleet, previous);
  }

  #wasFounded(fleet: Fleet, id: string): false {
    if (findNode(fleet, id) !== undefined) return false;
    throw new StrongroomError('wrong-usage', {
      why: 'This store has a fleet that this node is not in. Run `strongroom fleet add-node` at one of its nodes.',
    });
  }

  async #tend(): Promise<void> {
    const { now, observer } = this.#options;
    await this.refresh();
    this.#problems = [];
    const until = now() + this.#policy.slice;
    const runner = this.#runner(() => now() >= until);
    const skipped = new Set<string>();
    for (let i = 0; i < mostSteps; i++) {
      const stored = await this.#record.read();
      if (stored === undefined) return;
      const facts = await this.#facts(stored.fleet);
      const step = nextSteps(stored.fleet, facts).find((step) => !skipped.has(stepKey(step)));
      if (step === undefined) break;
      const done = await runner.take(step, stored, facts);
      if (done === 'again') observer.onStep?.(step.do);
      else skipped.add(stepKey(step));
      // What was just said may be that another epoch is in use.
      if (step.do === 'say') await this.refresh();
    }
    await this.#tell();
  }

  async #tell(): Promise<void> {
    const { onProgress } = this.#options.observer;
    const progress = onProgress && (await this.progress());
    if (progress !== undefined) onProgress?.(progress);
  }

  #runner(isOver: () => boolean): StepRunner {
    const { hsm, process, store } = this.#options;
    return new StepRunner({
      hsm,
      record: this.#record,
      search: this.#search,
      reception: process?.reception,
      sealAnew: process?.sealing?.sealAnew,
      store,
      walk: (perSecond) => this.#walk(perSecond, isOver),
      policy: this.#policy,
      onAnnounced: () => (this.#announced = true),
      onResealed: (values) => this.#options.observer.onResealed?.(values),
      onProblem: (problem) => this.#note(problem),
    });
  }

  #walk(perSecond: number, isOver: () => boolean): WalkOptions {
    const { store, sleep } = this.#options;
    return { store, page: this.#policy.page, perSecond, isOver, sleep };
  }

  #note(problem: EpochProblem): void {
    this.#problems.push(problem);
    this.#options.observer.onProblem?.(problem);
  }

  async #facts(fleet: Fleet): Promise<Facts> {
    const { hsm, now } = this.#options;
    const time = now();
    this.#search.note(fleet, time);
    const trusted = await hsm.trusted();
    return {
      me: (await this.#name.get()).id,
      now: time,
      policy: this.#policy,
      held: await heldKeys(hsm),
      trusted: new Set(trusted.map((key) => toHex(transportKeyId(key)))),
      serving: this.#servingFacts(),
    };
  }

  #servingFacts(): ServingFacts | undefined {
    const { process } = this.#options;
    return (
      process && {
        sealsUnder: this.sealsUnder,
        reception: { publicKey: process.reception.publicKey, wasAnnounced: this.#announced },
        ...this.#search.facts,
      }
    );
  }
}

async function heldKeys(hsm: Hsm): Promise<ReadonlyMap<number, string>> {
  const held = new Map<number, string>();
  for (const epoch of await hsm.epochs()) {
    try {
      held.set(epoch, toHex(await hsm.keyCheck(epoch)));
    } catch (error) {
      // Another process with the same HSM destroyed it meanwhile.
      if (!isHsmError(error, 'no-such-epoch')) throw error;
    }
  }
  return held;
}

function waitsForKeys(epochs: readonly number[]): Error {
  const which = epochs.length === 1 ? `key of epoch ${epochs[0]}` : `keys of epochs ${epochs.join(', ')}`;
  return hsmError(
    'unavailable',
    `This node waits for the ${which}. Let \`strongroom fleet add-node\` run at a node that has them; both HSMs must trust each other.`,
  );
}

/** There is no fleet where one is needed. */
export function noFleet(): StrongroomError<'wrong-usage'> {
  return new StrongroomError('wrong-usage', {
    why: 'This store has no fleet yet. Run `strongroom fleet init` first.',
  });
}
