import type { Bytes } from '@strongroom/core';

// What `FleetState` says, as the rules of epochs see it.

/** SHA-256 of a node's transport key, in hex. */
export type NodeId = string;

/** Where the key of an epoch is in its life. */
export type EpochState = 'making' | 'current' | 'retiring' | 'empty' | 'destroyed';

/** A node of the fleet: an HSM and the processes that use it. */
export interface FleetNode {
  readonly id: NodeId;
  readonly transportKey: Bytes;
  /** For people. */
  readonly site: string;
  /** Milliseconds since 1970. */
  readonly enteredAt: number;
  /** It seals under this epoch, and every write of it under an older one is over; 0 when it has not said so. */
  readonly sealsUnder: number;
  /** Where keys can be sent to it. */
  readonly reception: ReceptionEntry | undefined;
}

/** A key in the memory of a process that waits for sealing keys. */
export interface ReceptionEntry {
  /** X-Wing, 1216 bytes. */
  readonly publicKey: Bytes;
  /** Empty when the node had no sealing key to make it with. */
  readonly proof: Bytes;
  readonly at: number;
}

/** A node that an operator removed. */
export interface RemovedNode {
  readonly id: NodeId;
  readonly transportKey: Bytes;
  readonly site: string;
  readonly removedAt: number;
  readonly distrustedBy: readonly NodeId[];
}

/** A sealing key on its way from one node to another. */
export interface HandedKey {
  readonly from: NodeId;
  readonly to: NodeId;
  /** SHA-256 of the reception key, in hex. */
  readonly reception: string;
  readonly at: number;
  readonly enc: Bytes;
  readonly ciphertext: Bytes;
}

/** One epoch of sealing keys. */
export interface Epoch {
  readonly number: number;
  readonly state: EpochState;
  /** When it came into this state. */
  readonly since: number;
  readonly madeAt: number;
  readonly maker: NodeId;
  /** In hex; empty until the key is made. */
  readonly keyCheck: string;
  readonly heldBy: readonly NodeId[];
  readonly destroyedBy: readonly NodeId[];
  readonly handed: readonly HandedKey[];
}

/** The search for what is still sealed under a retiring epoch. */
export interface ResealingPass {
  /** Who is at it, and until when nobody else takes over. */
  readonly node: NodeId;
  readonly until: number;
  readonly current: number;
  readonly retiring: readonly number[];
  /** The id that it has come to; `undefined` at the beginning. */
  readonly after: Bytes | undefined;
  readonly seen: number;
  readonly found: number;
  readonly resealed: number;
}

/** The nodes of a vault and its epochs; exactly one of these is current. */
export interface Fleet {
  readonly nodes: readonly FleetNode[];
  readonly removed: readonly RemovedNode[];
  /** Ascending by number. */
  readonly epochs: readonly Epoch[];
  readonly pass: ResealingPass | undefined;
  /** How many values the last whole pass saw. */
  readonly values: number;
}

/** The epoch that records are sealed under. */
export function currentEpoch({ epochs }: Fleet): Epoch {
  return epochs.find(({ state }) => state === 'current')!;
}

/** The newest epoch, whatever its state. */
export function newestEpoch({ epochs }: Fleet): Epoch {
  return epochs.at(-1)!;
}

/** Those that something may be sealed under, now or soon: every node has to have their keys. */
export function livingEpochs({ epochs }: Fleet): readonly Epoch[] {
  return epochs.filter(isLiving);
}

/** The epochs in a state. */
export function epochsIn({ epochs }: Fleet, state: EpochState): readonly Epoch[] {
  return epochs.filter((epoch) => epoch.state === state);
}

/** Whether something may be sealed under an epoch, now or soon. */
export function isLiving({ state }: Epoch): boolean {
  return state === 'making' || state === 'current' || state === 'retiring';
}

/** The node of an id, unless it is not, or no longer, in the fleet. */
export function findNode({ nodes }: Fleet, id: NodeId): FleetNode | undefined {
  return nodes.find((node) => node.id === id);
}

/** Living epochs whose keys a node has not said that it holds. What it destroyed it will not take again. */
export function missingEpochs(fleet: Fleet, id: NodeId): readonly Epoch[] {
  return livingEpochs(fleet).filter(
    ({ heldBy, destroyedBy }) => !heldBy.includes(id) && !destroyedBy.includes(id),
  );
}
