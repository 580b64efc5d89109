import type { Bytes } from '@strongroom/core';
import {
  currentEpoch,
  newestEpoch,
  type Epoch,
  type EpochState,
  type Fleet,
  type FleetNode,
  type HandedKey,
  type NodeId,
  type ReceptionEntry,
} from './fleet.ts';

// Every change that a FleetState can go through. Each is a function from one state to the next; none looks whether it
// is time for it: that is `nextSteps`.

// History is of use to people alone.
const destroyedKept = 12;

/** A fleet of one node with one epoch. */
export function newFleet(node: FleetNode, epoch: { number: number; keyCheck: string }, now: number): Fleet {
  const { number, keyCheck } = epoch;
  const first = { number, keyCheck, since: now, madeAt: now, maker: node.id, heldBy: [node.id] };
  const epochs: readonly Epoch[] = [{ ...first, state: 'current', destroyedBy: [], handed: [] }];
  return { nodes: [node], removed: [], epochs, pass: undefined, values: 0 };
}

/** A node that has said nothing yet. */
export function newNode(id: NodeId, transportKey: Bytes, site: string, now: number): FleetNode {
  return { id, transportKey, site, enteredAt: now, sealsUnder: 0, reception: undefined };
}

/** A node enters; the officers of all nodes have seen that the transport key is its own. */
export function withNode(fleet: Fleet, node: FleetNode): Fleet {
  const removed = fleet.removed.filter(({ id }) => id !== node.id);
  return { ...fleet, removed, nodes: [...fleet.nodes, node] };
}

/** A node leaves for good. What it said of epochs is forgotten; a key that only it was about to make is given up. */
export function withoutNode(fleet: Fleet, id: NodeId, now: number): Fleet {
  const node = fleet.nodes.find((node) => node.id === id);
  if (node === undefined) return fleet;
  const { transportKey, site } = node;
  const gone = { id, transportKey, site, removedAt: now, distrustedBy: [] };
  const epochs = fleet.epochs.map((epoch) => forgetNode(epoch, id, now));
  const nodes = fleet.nodes.filter((node) => node.id !== id);
  const pass = fleet.pass?.node === id ? { ...fleet.pass, until: 0 } : fleet.pass;
  return { ...fleet, nodes, removed: [...fleet.removed, gone], epochs, pass };
}

function forgetNode(epoch: Epoch, id: NodeId, now: number): Epoch {
  const left = {
    ...epoch,
    heldBy: epoch.heldBy.filter((node) => node !== id),
    destroyedBy: epoch.destroyedBy.filter((node) => node !== id),
    handed: epoch.handed.filter(({ from, to }) => from !== id && to !== id),
  };
  const isLost = epoch.state === 'making' && left.heldBy.length === 0 && epoch.maker === id;
  return isLost ? { ...left, state: 'empty', since: now } : left;
}

/** A new epoch, whose key its maker makes next. Numbers are never used twice. */
export function withNewEpoch(fleet: Fleet, number: number, maker: NodeId, now: number): Fleet {
  if (number <= newestEpoch(fleet).number) throw new RangeError(`epoch ${number} was there before`);
  const made = { number, since: now, madeAt: now, maker, keyCheck: '' };
  const epoch: Epoch = { ...made, state: 'making', heldBy: [], destroyedBy: [], handed: [] };
  return { ...fleet, epochs: [...fleet.epochs, epoch] };
}

/** The maker says which key it made. */
export function withKeyCheck(fleet: Fleet, number: number, keyCheck: string): Fleet {
  return changeEpoch(fleet, number, (epoch) => ({ ...epoch, keyCheck }));
}

/** A node says that it holds an epoch's key, or that it does not. What was handed to it is of no more use then. */
export function withHolding(fleet: Fleet, number: number, node: NodeId, holds: boolean): Fleet {
  return changeEpoch(fleet, number, (epoch) => {
    const others = epoch.heldBy.filter((id) => id !== node);
    const handed = epoch.handed.filter(({ to }) => to !== node);
    if (!holds) return { ...epoch, heldBy: others, handed };
    const destroyedBy = epoch.destroyedBy.filter((id) => id !== node);
    return { ...epoch, heldBy: [...others, node], destroyedBy, handed };
  });
}

/** A node says where keys can be sent to it, or that it waits for none. What was sent elsewhere cannot be opened any more. */
export function withReception(fleet: Fleet, node: NodeId, reception: ReceptionEntry | undefined): Fleet {
  const epochs = fleet.epochs.map((epoch) => ({
    ...epoch,
    handed: epoch.handed.filter(({ to }) => to !== node),
  }));
  return changeNode({ ...fleet, epochs }, node, (entry) => ({ ...entry, reception }));
}

/** A key was handed to a node, in the place of what the same sender handed to it before. */
export function withHanded(fleet: Fleet, number: number, handed: HandedKey): Fleet {
  const isOther = ({ from, to }: HandedKey): boolean => from !== handed.from || to !== handed.to;
  return changeEpoch(fleet, number, (epoch) => ({
    ...epoch,
    handed: [...epoch.handed.filter(isOther), handed],
  }));
}

/** An epoch comes into use, and the one that was retires. */
export function withCurrent(fleet: Fleet, number: number, now: number): Fleet {
  const retired = withState(fleet, currentEpoch(fleet).number, 'retiring', now);
  return withState(retired, number, 'current', now);
}

/** A node says that it seals under an epoch, and that every write of it under an older one is over. */
export function withSealing(fleet: Fleet, node: NodeId, sealsUnder: number): Fleet {
  return changeNode(fleet, node, (entry) => ({ ...entry, sealsUnder }));
}

/** An epoch comes into another state. */
export function withState(fleet: Fleet, number: number, state: EpochState, now: number): Fleet {
  const handed = (epoch: Epoch): readonly HandedKey[] => (isOver(state) ? [] : epoch.handed);
  return changeEpoch(fleet, number, (epoch) => ({ ...epoch, state, since: now, handed: handed(epoch) }));
}

/** A node destroyed an epoch's key, or never had it. After the last one the epoch is over. */
export function withDestroyed(fleet: Fleet, number: number, node: NodeId): Fleet {
  return changeEpoch(fleet, number, (epoch) => ({
    ...epoch,
    heldBy: epoch.heldBy.filter((id) => id !== node),
    destroyedBy: [...epoch.destroyedBy.filter((id) => id !== node), node],
  }));
}

/** Epochs that are over are kept for a while, for people. */
export function withDestroyedForgotten(fleet: Fleet): Fleet {
  const over = fleet.epochs.filter(({ state }) => state === 'destroyed');
  const dropped = new Set(over.slice(0, -destroyedKept));
  const newest = newestEpoch(fleet);
  return { ...fleet, epochs: fleet.epochs.filter((epoch) => epoch === newest || !dropped.has(epoch)) };
}

/** A node's HSM trusts a removed one no more. */
export function withDistrust(fleet: Fleet, removed: NodeId, by: NodeId): Fleet {
  const nodes = fleet.removed.map((node) =>
    node.id === removed ? { ...node, distrustedBy: [...node.distrustedBy, by] } : node,
  );
  return { ...fleet, removed: nodes };
}

function isOver(state: EpochState): boolean {
  return state === 'empty' || state === 'destroyed';
}

function changeEpoch(fleet: Fleet, number: number, change: (epoch: Epoch) => Epoch): Fleet {
  const epochs = fleet.epochs.map((epoch) => (epoch.number === number ? change(epoch) : epoch));
  return { ...fleet, epochs };
}

function changeNode(fleet: Fleet, id: NodeId, change: (node: FleetNode) => FleetNode): Fleet {
  return { ...fleet, nodes: fleet.nodes.map((node) => (node.id === id ? change(node) : node)) };
}
