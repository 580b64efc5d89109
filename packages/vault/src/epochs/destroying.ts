import { withDestroyed, withDestroyedForgotten, withState } from './changes.ts';
import { currentEpoch, epochsIn, type Epoch, type Fleet } from './fleet.ts';
import { holds } from './handing.ts';
import type { Facts, ServingFacts, Step } from './steps.ts';

// Destroying a key cannot be undone, so no node does it because the state says so. It waits after it saw the epoch empty
// itself, searches the whole store itself, and must hold the key that is in use.

/** What a node can do to destroy the keys of empty epochs. */
export function destroyingSteps(fleet: Fleet, facts: Facts): readonly Step[] {
  return epochsIn(fleet, 'empty').flatMap((epoch) => emptySteps(fleet, epoch, facts));
}

/** What a node says when it has destroyed an epoch's key. */
export function afterDestroyed(fleet: Fleet, number: number, { me, now }: Facts): Fleet {
  const said = withDestroyed(fleet, number, me);
  const epoch = said.epochs.find((epoch) => epoch.number === number)!;
  const isOver = said.nodes.every(({ id }) => epoch.destroyedBy.includes(id));
  return isOver ? withDestroyedForgotten(withState(said, number, 'destroyed', now)) : said;
}

function emptySteps(fleet: Fleet, epoch: Epoch, facts: Facts): readonly Step[] {
  const { number, destroyedBy } = epoch;
  const { serving } = facts;
  if (serving === undefined) return [];
  if (destroyedBy.includes(facts.me)) return everybodyElseLeft(fleet, epoch, facts);
  // It cannot be told that there is none: an HSM may hide for a while what it holds.
  if (!mayDestroy(fleet, epoch, facts, serving)) return [];
  const result = serving.searched.get(number);
  if (result === undefined) return [{ do: 'search', epochs: [number] }];
  if (result === 'clear') return [{ do: 'destroy-key', epoch: number }];
  return [{ do: 'say', what: 'found', fleet: withState(fleet, number, 'retiring', facts.now) }];
}

function mayDestroy(
  fleet: Fleet,
  { number }: Epoch,
  facts: Facts,
  { emptySince, sealsUnder }: ServingFacts,
): boolean {
  const current = currentEpoch(fleet);
  const since = emptySince.get(number);
  if (since === undefined || facts.now - since < facts.policy.grace) return false;
  return sealsUnder === current.number && sealsUnder !== number && holds(current, facts);
}

// The last one that had not spoken was removed.
function everybodyElseLeft(fleet: Fleet, epoch: Epoch, facts: Facts): readonly Step[] {
  const said = afterDestroyed(fleet, epoch.number, facts);
  const isOver = said.epochs.some(({ number, state }) => number === epoch.number && state === 'destroyed');
  return isOver ? [{ do: 'say', what: 'destroyed', fleet: said }] : [];
}
