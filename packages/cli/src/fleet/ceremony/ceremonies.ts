import { StrongroomError, type Secret } from '@strongroom/core';
import { shortCode, type FleetProgress, type NodeProgress } from '@strongroom/vault';
import { patiently } from '../patiently.ts';
import type { CeremonyRecord, RecordedNode } from './ceremony-record.ts';
import type { OperatedNode } from './open-node.ts';
import { nodeIdOf } from './node-id.ts';
import type { TransportFile } from './transport-file.ts';

/** What a ceremony did, for its record. */
export type Done = Pick<CeremonyRecord, 'what' | 'peer' | 'result'>;

const firstLetters = 8;

/** Makes a fleet, with this node as the first. */
export async function init({ config, operator }: OperatedNode): Promise<Done> {
  const { epoch, isNew } = await patiently(() => operator.init(config.site));
  const result = isNew
    ? [
        `The fleet was made. The key of epoch ${epoch} is in this HSM alone.`,
        'Other nodes: strongroom fleet add-node',
      ]
    : ['This node was in the fleet already. Nothing was changed.'];
  return { what: isNew ? 'a fleet was made' : 'nothing was changed', peer: undefined, result };
}

/** Has this node's HSM trust another node, whose code was compared. */
export async function trust(
  { hsm }: OperatedNode,
  peer: TransportFile,
  officer: Secret<string> | undefined,
): Promise<Done> {
  await hsm.trust(peer.transportKey, officer);
  const result = [
    `The HSM of this node trusts the HSM of site ${peer.site}: sealing keys may leave for it, wrapped, and come from it.`,
    'The short code was read out by the operator of that site, and agrees with what is here.',
  ];
  return { what: 'a node was trusted', peer: peerOf(peer), result };
}

/** Trusts another node and enters it in the fleet. */
export async function addNode(
  node: OperatedNode,
  peer: TransportFile,
  officer: Secret<string> | undefined,
): Promise<Done> {
  const trusted = await trust(node, peer, officer);
  const { isNew } = await patiently(() => node.operator.addNode(peer.transportKey, peer.site));
  const entered = isNew ? 'It was entered in the fleet.' : 'It was in the fleet already.';
  return { what: 'a node was added', peer: peerOf(peer), result: [...trusted.result, entered] };
}

/** Removes a node for good. */
export async function removeNode({ operator }: OperatedNode, name: string): Promise<Done> {
  const node = await findNode(operator.status(), name);
  await operator.removeNode(node.id);
  const result = [
    'The node was removed: its HSM gets no key any more, and the others trust it no more.',
    'A new epoch begins by itself; when records are sealed under it and the old key is destroyed, what the removed node has opens nothing.',
  ];
  return { what: 'a node was removed', peer: node, result };
}

/** Begins a new epoch. */
export async function newEpoch({ operator }: OperatedNode): Promise<Done & { readonly epoch: number }> {
  const epoch = await operator.newEpoch();
  const result = [
    `Epoch ${epoch} was begun. It comes into use when every node has its key; then records are sealed under it, and the old key is destroyed everywhere.`,
  ];
  return { what: 'a new epoch was begun', peer: undefined, result, epoch };
}

/** A node of the fleet by its site, or the first letters of its id. @throws StrongroomError `wrong-usage` */
export async function findNode(
  progress: Promise<FleetProgress | undefined>,
  name: string,
): Promise<NodeProgress> {
  const nodes = (await progress)?.nodes ?? [];
  const found = nodes.filter(
    ({ id, site }) => site === name || (name.length >= firstLetters && id.startsWith(name.toLowerCase())),
  );
  if (found.length === 1) return found[0]!;
  const which = found.length === 0 ? 'No node' : 'More than one node';
  const why = `${which} of the fleet is called ${name}. Name it by its site, or by the first ${firstLetters} or more letters of its id: see \`strongroom fleet status --config\`.`;
  throw new StrongroomError('wrong-usage', { why });
}

function peerOf({ site, transportKey }: TransportFile): RecordedNode {
  return { site, id: nodeIdOf(transportKey), code: shortCode(transportKey) };
}
