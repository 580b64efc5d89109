import { withCurrent, withHolding, withKeyCheck, withNewEpoch, withState } from './changes.ts';
import { MOST_LIVING } from './epoch-policy.ts';
import { currentEpoch, epochsIn, livingEpochs, newestEpoch, type Epoch, type Fleet } from './fleet.ts';
import type { Facts, Step } from './steps.ts';

// A new epoch: first the intention is written, then its maker makes the key, then all take it over, then it is current.
// An HSM thus never has a key that the state does not know of, unless the store lost the state.

/** What a node can do for an epoch that is due or being made. */
export function makingSteps(fleet: Fleet, facts: Facts): readonly Step[] {
  const making = epochsIn(fleet, 'making')[0];
  if (making === undefined)
    return isDue(fleet, facts) ? [{ do: 'say', what: 'new-epoch', fleet: withNewEpochBy(fleet, facts) }] : [];
  return [...keySteps(fleet, making, facts), ...useSteps(fleet, making, facts)];
}

/** Why no new epoch can begin here and now, if it cannot. */
export type Hindrance = 'one-is-being-made' | 'too-many' | 'not-trusted' | 'no-key';

/** Whether a new epoch can begin here: its maker must be able to hand the key to all others. */
export function hindrance(fleet: Fleet, { me, trusted, held }: Facts): Hindrance | undefined {
  if (epochsIn(fleet, 'making').length > 0) return 'one-is-being-made';
  if (livingEpochs(fleet).length >= MOST_LIVING) return 'too-many';
  const current = currentEpoch(fleet);
  if (held.get(current.number) !== current.keyCheck) return 'no-key';
  return fleet.nodes.every(({ id }) => id === me || trusted.has(id)) ? undefined : 'not-trusted';
}

/** The state with a new epoch that this node will make. Its number is above all that the state or this HSM has seen. */
export function withNewEpochBy(fleet: Fleet, { me, now, held }: Facts): Fleet {
  return withNewEpoch(fleet, Math.max(newestEpoch(fleet).number, ...held.keys()) + 1, me, now);
}

// Also after a node was removed: it, or whoever has it, holds keys that are in use.
function isDue(fleet: Fleet, facts: Facts): boolean {
  const { number, madeAt } = currentEpoch(fleet);
  if (facts.serving?.sealsUnder !== number || hindrance(fleet, facts) !== undefined) return false;
  const isOld = facts.now - madeAt >= facts.policy.epochLife;
  return isOld || fleet.removed.some(({ removedAt }) => removedAt >= madeAt);
}

function keySteps(fleet: Fleet, { number, maker, keyCheck, heldBy }: Epoch, facts: Facts): readonly Step[] {
  // Made, and lost again before anybody took it over.
  if (keyCheck !== '' && heldBy.length === 0)
    return [{ do: 'say', what: 'given-up', fleet: withState(fleet, number, 'empty', facts.now) }];
  if (keyCheck !== '' || maker !== facts.me) return [];
  const made = facts.held.get(number);
  if (made === undefined) return [{ do: 'make-key', epoch: number }];
  const said = withHolding(withKeyCheck(fleet, number, made), number, facts.me, true);
  return [{ do: 'say', what: 'made', fleet: said }];
}

function useSteps(fleet: Fleet, { number, heldBy }: Epoch, { now }: Facts): readonly Step[] {
  const isEverywhere = fleet.nodes.every(({ id }) => heldBy.includes(id));
  return isEverywhere ? [{ do: 'say', what: 'current', fleet: withCurrent(fleet, number, now) }] : [];
}
