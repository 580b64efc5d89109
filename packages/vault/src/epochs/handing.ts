import { equalBytes } from '@strongroom/core';
import { withHolding, withReception } from './changes.ts';
import {
  findNode,
  livingEpochs,
  missingEpochs,
  type Epoch,
  type Fleet,
  type FleetNode,
  type HandedKey,
} from './fleet.ts';
import { receptionName } from './reception.ts';
import type { Facts, ServingFacts, Step } from './steps.ts';

// How a node gets the keys that it lacks: it announces a reception, others send what their HSMs wrapped for its HSM,
// sealed to the reception, and it takes that over and says so.

/** What a node can do so that every node has the keys of the living epochs. */
export function handingSteps(fleet: Fleet, facts: Facts): readonly Step[] {
  return [
    ...truthSteps(fleet, facts),
    ...takingSteps(fleet, facts),
    ...receptionSteps(fleet, facts),
    ...givingSteps(fleet, facts),
    ...distrustSteps(fleet, facts),
  ];
}

/** Whether a node's HSM holds the very key of an epoch. */
export function holds({ number, keyCheck }: Epoch, { held }: Facts): boolean {
  return keyCheck !== '' && held.get(number) === keyCheck;
}

// What the HSM holds counts, whatever the state says of this node.
function truthSteps(fleet: Fleet, facts: Facts): readonly Step[] {
  return livingEpochs(fleet).flatMap((epoch): readonly Step[] => {
    const is = holds(epoch, facts);
    if (epoch.keyCheck === '' || is === epoch.heldBy.includes(facts.me)) return [];
    const what = is ? 'holds' : 'does-not-hold';
    return [{ do: 'say', what, fleet: withHolding(fleet, epoch.number, facts.me, is) }];
  });
}

function takingSteps(fleet: Fleet, { me, serving }: Facts): readonly Step[] {
  if (serving === undefined) return [];
  const mine = receptionName(serving.reception.publicKey);
  return missingEpochs(fleet, me).flatMap(({ number, handed }) =>
    handed
      .filter(({ to, reception }) => to === me && reception === mine)
      .map((key): Step => ({ do: 'take-key', epoch: number, handed: key })),
  );
}

function receptionSteps(fleet: Fleet, facts: Facts): readonly Step[] {
  const { me, serving } = facts;
  const announced = findNode(fleet, me)!.reception;
  const awaited = missingEpochs(fleet, me).some(({ keyCheck }) => keyCheck !== '');
  if (!awaited)
    return announced === undefined
      ? []
      : [{ do: 'say', what: 'waits-no-more', fleet: withReception(fleet, me, undefined) }];
  if (serving === undefined) return [];
  const canProve = livingEpochs(fleet).some((epoch) => holds(epoch, facts));
  return mayAnnounce(announced, canProve, serving, facts) ? [{ do: 'announce' }] : [];
}

// Another process with the same HSM may wait, too: whichever gets the keys, both have them.
function mayAnnounce(
  announced: FleetNode['reception'],
  canProve: boolean,
  { reception: { publicKey, wasAnnounced } }: ServingFacts,
  { now, policy }: Facts,
): boolean {
  if (announced === undefined) return true;
  // With its first key a node can prove what it announced before.
  if (equalBytes(announced.publicKey, publicKey)) return canProve && announced.proof.length === 0;
  return !wasAnnounced || now - announced.at >= policy.patience;
}

function givingSteps(fleet: Fleet, facts: Facts): readonly Step[] {
  return fleet.nodes
    .filter(({ id }) => id !== facts.me)
    .flatMap((node) =>
      receivable(fleet, node, facts).map(({ number }): Step => ({
        do: 'hand-key',
        epoch: number,
        to: node.id,
      })),
    );
}

/** The epochs whose keys this node can hand to another one that waits for them. */
export function receivable(fleet: Fleet, node: FleetNode, facts: Facts): readonly Epoch[] {
  if (node.reception === undefined || !facts.trusted.has(node.id)) return [];
  return missingEpochs(fleet, node.id).filter(
    (epoch) => holds(epoch, facts) && isAwaited(epoch, node, facts),
  );
}

// One sender will do, unless what it sent is of no use, as when the receiver does not trust it.
function isAwaited({ handed }: Epoch, node: FleetNode, { me, now, policy }: Facts): boolean {
  const name = receptionName(node.reception!.publicKey);
  const sent = handed.filter(({ to, reception }) => to === node.id && reception === name);
  const isRecent = ({ at }: HandedKey): boolean => now - at < policy.patience;
  return !sent.some((key) => key.from === me || isRecent(key));
}

// Once for each removal: whoever has the officer trust the HSM again afterwards means it.
function distrustSteps({ removed }: Fleet, { me }: Facts): readonly Step[] {
  const left = removed.filter(({ distrustedBy }) => !distrustedBy.includes(me));
  return left.map(({ id }): Step => ({ do: 'distrust', node: id }));
}
