import { destroyingSteps } from './destroying.ts';
import { findNode, type Fleet } from './fleet.ts';
import { handingSteps } from './handing.ts';
import { makingSteps } from './making.ts';
import { resealingSteps } from './resealing.ts';
import type { Facts, Step } from './steps.ts';

/**
 * What a node can do now, the most urgent first. It does one and asks again: what it knew may be wrong by then. Every
 * step may be done twice, and the process may die after any of them: the next one finds out from the state and from
 * what its HSM holds how far things have come.
 */
export function nextSteps(fleet: Fleet, facts: Facts): readonly Step[] {
  // A node that was removed does nothing, so that a store that lies cannot make it destroy anything.
  if (findNode(fleet, facts.me) === undefined) return [];
  return [handingSteps, makingSteps, resealingSteps, destroyingSteps].flatMap((steps) => steps(fleet, facts));
}
