import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { copyBytes, fromHex, randomBytes, toHex, type Bytes } from '@strongroom/core';
import {
  EpochState as WireState,
  FleetStateSchema,
  type FleetNode as WireNode,
  type FleetState,
  type HandedKey as WireHandedKey,
  type RemovedNode as WireRemovedNode,
  type ResealingPass as WirePass,
  type SealingEpoch,
} from '@strongroom/wire/vault';
import { transportKeyId } from '../hsm/transport-key.ts';
import { LATEST_FORMAT } from '../records/format.ts';
import type {
  Epoch,
  EpochState,
  Fleet,
  FleetNode,
  HandedKey,
  NodeId,
  RemovedNode,
  ResealingPass,
} from './fleet.ts';

const maxLength = 1_000_000;
const maxNodes = 64;
const maxEpochs = 64;
const writeIdLength = 16;

const states: { readonly [S in EpochState]: WireState } = {
  making: WireState.MAKING,
  current: WireState.CURRENT,
  retiring: WireState.RETIRING,
  empty: WireState.EMPTY,
  destroyed: WireState.DESTROYED,
};

/** The name of a node: SHA-256 of its transport key, in hex. */
export function nodeIdOf(transportKey: Uint8Array): NodeId {
  return toHex(transportKeyId(transportKey));
}

/** A state as it is stored. `version` must be one higher than that of the state before. */
export function encodeFleet(fleet: Fleet, version: number): Bytes {
  const state = create(FleetStateSchema, {
    version: BigInt(version),
    writeId: randomBytes(writeIdLength),
    nodes: fleet.nodes.map((node) => ({
      ...node,
      enteredAt: BigInt(node.enteredAt),
      reception: wireReception(node),
    })),
    removed: fleet.removed.map((node) => ({
      ...node,
      removedAt: BigInt(node.removedAt),
      distrustedBy: node.distrustedBy.map(fromHex),
    })),
    epochs: fleet.epochs.map(wireEpoch),
    values: BigInt(fleet.values),
  });
  if (fleet.pass !== undefined) state.pass = wirePass(fleet.pass);
  return toBinary(FleetStateSchema, state);
}

/** Reads a stored state. @throws RangeError for what no node of a fleet wrote */
export function decodeFleet(value: Bytes): { readonly fleet: Fleet; readonly version: number } {
  const state = parse(value);
  const { nodes, removed, epochs, pass } = state;
  check(nodes.length >= 1 && nodes.length <= maxNodes && removed.length <= maxNodes, 'nodes');
  check(epochs.length >= 1 && epochs.length <= maxEpochs, 'epochs');
  const fleet: Fleet = {
    nodes: nodes.map(readNode),
    removed: removed.map(readRemoved),
    epochs: epochs.map(readEpoch),
    pass: pass && readPass(pass),
    values: count(state.values),
  };
  check(fleet.epochs.filter((epoch) => epoch.state === 'current').length === 1, 'one current epoch');
  check(fleet.epochs.filter((epoch) => epoch.state === 'making').length <= 1, 'one new epoch');
  check(
    fleet.epochs.every(({ number }, i) => number > (fleet.epochs[i - 1]?.number ?? 0)),
    'epochs in order',
  );
  check(new Set(fleet.nodes.map(({ id }) => id)).size === nodes.length, 'each node once');
  return { fleet, version: count(state.version) };
}

function parse(value: Bytes): FleetState {
  check(value.length <= maxLength, 'its length');
  const state = parsed(value, true);
  check(state.format <= LATEST_FORMAT, `its format ${state.format}, which is newer than this version`);
  // What this version does not know it would drop with its next write.
  const known = toBinary(FleetStateSchema, parsed(value, false));
  check(toBinary(FleetStateSchema, state).length === known.length, 'fields that are newer than this version');
  return state;
}

function parsed(value: Bytes, readUnknownFields: boolean): FleetState {
  try {
    return fromBinary(FleetStateSchema, value, { readUnknownFields });
  } catch (cause) {
    throw new RangeError('the state of the fleet cannot be read', { cause });
  }
}

function wireReception({ reception }: FleetNode): WireNode['reception'] {
  if (reception === undefined) return undefined;
  const { publicKey, proof, at } = reception;
  return { $typeName: 'strongroom.v1.Reception', publicKey, proof, at: BigInt(at) };
}

function wireEpoch(epoch: Epoch): SealingEpoch {
  return {
    $typeName: 'strongroom.v1.SealingEpoch',
    number: epoch.number,
    state: states[epoch.state],
    since: BigInt(epoch.since),
    madeAt: BigInt(epoch.madeAt),
    maker: fromHex(epoch.maker),
    keyCheck: fromHex(epoch.keyCheck),
    heldBy: epoch.heldBy.map(fromHex),
    destroyedBy: epoch.destroyedBy.map(fromHex),
    handed: epoch.handed.map(wireHanded),
  };
}

function wireHanded({ from, to, reception, at, enc, ciphertext }: HandedKey): WireHandedKey {
  const names = { from: fromHex(from), to: fromHex(to), reception: fromHex(reception) };
  return { $typeName: 'strongroom.v1.HandedKey', ...names, at: BigInt(at), enc, ciphertext };
}

function wirePass(pass: ResealingPass): WirePass {
  return {
    $typeName: 'strongroom.v1.ResealingPass',
    node: fromHex(pass.node),
    until: BigInt(pass.until),
    current: pass.current,
    retiring: [...pass.retiring],
    after: pass.after ?? new Uint8Array(),
    seen: BigInt(pass.seen),
    found: BigInt(pass.found),
    resealed: BigInt(pass.resealed),
  };
}

function readNode({ transportKey, site, enteredAt, sealsUnder, reception }: WireNode): FleetNode {
  return {
    id: nodeIdOf(transportKey),
    transportKey: copyBytes(transportKey),
    site,
    enteredAt: count(enteredAt),
    sealsUnder,
    reception: reception && {
      publicKey: copyBytes(reception.publicKey),
      proof: copyBytes(reception.proof),
      at: count(reception.at),
    },
  };
}

function readRemoved({ transportKey, site, removedAt, distrustedBy }: WireRemovedNode): RemovedNode {
  const id = nodeIdOf(transportKey);
  return {
    id,
    transportKey: copyBytes(transportKey),
    site,
    removedAt: count(removedAt),
    distrustedBy: distrustedBy.map(toHex),
  };
}

function readEpoch(epoch: SealingEpoch): Epoch {
  const { number, since, madeAt, maker, keyCheck, heldBy, destroyedBy, handed } = epoch;
  return {
    number,
    state: readState(epoch.state),
    since: count(since),
    madeAt: count(madeAt),
    maker: toHex(maker),
    keyCheck: toHex(keyCheck),
    heldBy: heldBy.map(toHex),
    destroyedBy: destroyedBy.map(toHex),
    handed: handed.map(readHanded),
  };
}

function readHanded({ from, to, reception, at, enc, ciphertext }: WireHandedKey): HandedKey {
  const names = { from: toHex(from), to: toHex(to), reception: toHex(reception) };
  return { ...names, at: count(at), enc: copyBytes(enc), ciphertext: copyBytes(ciphertext) };
}

function readPass({ node, until, current, retiring, after, seen, found, resealed }: WirePass): ResealingPass {
  return {
    node: toHex(node),
    until: count(until),
    current,
    retiring,
    after: after.length === 0 ? undefined : copyBytes(after),
    seen: count(seen),
    found: count(found),
    resealed: count(resealed),
  };
}

function readState(state: WireState): EpochState {
  const found = (Object.keys(states) as EpochState[]).find((name) => states[name] === state);
  check(found !== undefined, 'the state of an epoch');
  return found;
}

function count(value: bigint): number {
  check(value <= BigInt(Number.MAX_SAFE_INTEGER), 'a number');
  return Number(value);
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new RangeError(`the state of the fleet cannot be right: ${what}`);
}
