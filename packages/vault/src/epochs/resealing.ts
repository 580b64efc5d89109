import { withSealing, withState } from './changes.ts';
import { currentEpoch, epochsIn, findNode, type Epoch, type Fleet, type ResealingPass } from './fleet.ts';
import { holds } from './handing.ts';
import type { Facts, Step } from './steps.ts';

// What is sealed under a retiring epoch is sealed anew, in passes over the whole store, until one finds nothing.

/** What a node can do to empty retiring epochs. */
export function resealingSteps(fleet: Fleet, facts: Facts): readonly Step[] {
  return [...sealingSteps(fleet, facts), ...passSteps(fleet, facts)];
}

// A node says so only upwards: it never goes back to an older epoch.
function sealingSteps(fleet: Fleet, { me, serving }: Facts): readonly Step[] {
  const sealsUnder = serving?.sealsUnder ?? 0;
  if (sealsUnder <= findNode(fleet, me)!.sealsUnder || sealsUnder > currentEpoch(fleet).number) return [];
  return [{ do: 'say', what: 'seals-under', fleet: withSealing(fleet, me, sealsUnder) }];
}

/**
 * Nodes that may still seal under a retiring epoch. Those that do not hold its key cannot. What a node said counts, and
 * the time besides: several processes may share one HSM, and only one of them spoke.
 */
export function stillSealing(fleet: Fleet, { heldBy }: Epoch): readonly string[] {
  const { number } = currentEpoch(fleet);
  return fleet.nodes
    .filter(({ id, sealsUnder }) => sealsUnder < number && heldBy.includes(id))
    .map(({ id }) => id);
}

function passSteps(fleet: Fleet, facts: Facts): readonly Step[] {
  const retiring = epochsIn(fleet, 'retiring');
  if (retiring.length === 0 || !isTime(fleet, retiring, facts)) return [];
  if (facts.serving?.sealsUnder !== currentEpoch(fleet).number) return [];
  // Only who opens everything can seal it anew.
  if (![currentEpoch(fleet), ...retiring].every((epoch) => holds(epoch, facts))) return [];
  const { pass } = fleet;
  const numbers = retiring.map(({ number }) => number);
  if (pass !== undefined && isOf(pass, fleet, numbers)) {
    if (pass.node === facts.me && facts.now < pass.until) return [{ do: 'reseal' }];
    if (facts.now < pass.until) return [];
    return [{ do: 'say', what: 'lease', fleet: { ...fleet, pass: leased(pass, facts) } }];
  }
  return [{ do: 'say', what: 'lease', fleet: { ...fleet, pass: leased(newPass(fleet, numbers), facts) } }];
}

function isTime(fleet: Fleet, retiring: readonly Epoch[], { now, policy }: Facts): boolean {
  if (now - currentEpoch(fleet).since < policy.grace) return false;
  return retiring.every((epoch) => stillSealing(fleet, epoch).length === 0);
}

// A pass that began before another epoch retired says nothing of that one.
function isOf(pass: ResealingPass, fleet: Fleet, retiring: readonly number[]): boolean {
  const isSame = pass.retiring.length === retiring.length && pass.retiring.every((n, i) => n === retiring[i]);
  return isSame && pass.current === currentEpoch(fleet).number;
}

function newPass(fleet: Fleet, retiring: readonly number[]): ResealingPass {
  const counts = { seen: 0, found: 0, resealed: 0 };
  return { node: '', until: 0, current: currentEpoch(fleet).number, retiring, after: undefined, ...counts };
}

function leased(pass: ResealingPass, { me, now, policy }: Facts): ResealingPass {
  return { ...pass, node: me, until: now + policy.lease };
}

/** The state after some more values were looked at; `isWhole` when they were the last ones. */
export function afterPages(
  fleet: Fleet,
  pass: ResealingPass,
  { facts, isWhole }: { facts: Facts; isWhole: boolean },
): Fleet {
  if (!isWhole) return { ...fleet, pass: leased(pass, facts) };
  const { seen, found, retiring } = pass;
  const values = { ...fleet, values: seen };
  // What was sealed anew may be lost again, or what was passed by still be there: another pass sees.
  if (found > 0)
    return { ...values, pass: leased({ ...newPass(fleet, retiring), resealed: pass.resealed }, facts) };
  const emptied = retiring.reduce<Fleet>(
    (state, number) => withState(state, number, 'empty', facts.now),
    values,
  );
  return { ...emptied, pass: undefined };
}
