import { shortCode } from '../hsm/short-code.ts';
import type { EpochProblem } from './epoch-observer.ts';
import {
  currentEpoch,
  epochsIn,
  missingEpochs,
  type Epoch,
  type EpochState,
  type Fleet,
  type FleetNode,
  type NodeId,
} from './fleet.ts';
import { hindrance, type Hindrance } from './making.ts';
import { stillSealing } from './resealing.ts';
import type { Facts } from './steps.ts';

/** A node as an operator sees it. */
export interface NodeProgress {
  readonly id: NodeId;
  readonly site: string;
  /** What operators compare. */
  readonly code: string;
  readonly isThis: boolean;
  /** Whether this node's HSM trusts it; itself it trusts. */
  readonly isTrusted: boolean;
  readonly enteredAt: number;
  /** 0: it has not served yet. */
  readonly sealsUnder: number;
  /** Epochs whose keys it waits for. */
  readonly waitsFor: readonly number[];
}

/** An epoch as an operator sees it. */
export interface EpochProgress {
  readonly number: number;
  readonly state: EpochState;
  readonly madeAt: number;
  readonly since: number;
  /** Milliseconds since its key was made. */
  readonly age: number;
  /** The nodes that must do something before it goes on: take its key, seal no more under it, destroy it. */
  readonly waitsFor: readonly NodeId[];
}

/** How far sealing anew has come. */
export interface ResealingProgress {
  readonly node: NodeId;
  readonly retiring: readonly number[];
  /** Values seen in this pass, and in the last whole one: about how many there are; 0: not known yet. */
  readonly seen: number;
  readonly of: number;
  readonly found: number;
  /** Since the first of these epochs retired. */
  readonly resealed: number;
}

/** How the fleet and its epochs fare. */
export interface FleetProgress {
  readonly nodes: readonly NodeProgress[];
  readonly removed: readonly { readonly id: NodeId; readonly site: string; readonly removedAt: number }[];
  readonly epochs: readonly EpochProgress[];
  readonly resealing: ResealingProgress | undefined;
  /** When the epoch in use is old enough for the next, milliseconds since 1970. */
  readonly nextEpochAt: number;
  /** Why this node could not begin a new epoch now. */
  readonly hindrance: Hindrance | undefined;
  readonly problems: readonly EpochProblem[];
}

/** What a node can tell of the fleet. */
export function progressOf(fleet: Fleet, facts: Facts, problems: readonly EpochProblem[]): FleetProgress {
  return {
    nodes: fleet.nodes.map((node) => nodeProgress(fleet, node, facts)),
    removed: fleet.removed.map(({ id, site, removedAt }) => ({ id, site, removedAt })),
    epochs: fleet.epochs.map((epoch) => epochProgress(fleet, epoch, facts)),
    resealing: resealingProgress(fleet),
    nextEpochAt: currentEpoch(fleet).madeAt + facts.policy.epochLife,
    hindrance: hindrance(fleet, facts),
    problems: [...problems, ...otherKeys(fleet, facts)],
  };
}

function nodeProgress(
  fleet: Fleet,
  { id, site, transportKey, enteredAt, sealsUnder }: FleetNode,
  { me, trusted }: Facts,
): NodeProgress {
  const waitsFor = missingEpochs(fleet, id).map(({ number }) => number);
  const isThis = id === me;
  const isTrusted = isThis || trusted.has(id);
  return { id, site, code: shortCode(transportKey), isThis, isTrusted, enteredAt, sealsUnder, waitsFor };
}

function epochProgress(fleet: Fleet, epoch: Epoch, { now }: Facts): EpochProgress {
  const { number, state, madeAt, since } = epoch;
  return { number, state, madeAt, since, age: now - madeAt, waitsFor: waitedFor(fleet, epoch) };
}

function waitedFor(fleet: Fleet, epoch: Epoch): readonly NodeId[] {
  const ids = fleet.nodes.map(({ id }) => id);
  if (epoch.state === 'making') return ids.filter((id) => !epoch.heldBy.includes(id));
  if (epoch.state === 'retiring') return stillSealing(fleet, epoch);
  return epoch.state === 'empty' ? ids.filter((id) => !epoch.destroyedBy.includes(id)) : [];
}

function resealingProgress(fleet: Fleet): ResealingProgress | undefined {
  const { pass, values } = fleet;
  if (pass === undefined || epochsIn(fleet, 'retiring').length === 0) return undefined;
  const { node, retiring, seen, found, resealed } = pass;
  return { node, retiring, seen, of: values, found, resealed };
}

function otherKeys({ epochs }: Fleet, { held }: Facts): readonly EpochProblem[] {
  const strange = epochs.filter(({ number, keyCheck }) => {
    const mine = held.get(number);
    return mine !== undefined && keyCheck !== '' && mine !== keyCheck;
  });
  return strange.map(({ number: epoch }) => ({
    problem: 'another-key',
    epoch,
    why: `This HSM holds another key of epoch ${epoch} than the fleet uses.`,
  }));
}
