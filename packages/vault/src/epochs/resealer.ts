import { equalBytes, toHex, type Bytes } from '@strongroom/core';
import { isHsmError } from '../hsm/hsm-error.ts';
import type { ListedValue } from '../records/record-store.ts';
import type { ResealingPass } from './fleet.ts';
import type { SealAnew } from './seal-anew.ts';
import { statedEpoch, walk, type WalkOptions } from './walk.ts';

/** How far a pass has come in this go. */
export interface Passed {
  readonly pass: ResealingPass;
  readonly isWhole: boolean;
  /** How many values were sealed anew in this go. */
  readonly resealed: number;
  /** Ids, in hex, of values that state a retiring epoch but do not open under its key. A few. */
  readonly unopenable: readonly string[];
}

const mostNamed = 10;

/**
 * Goes on with a pass: what is sealed under a retiring epoch is sealed anew. What is replaced meanwhile is passed by,
 * since that seals it anew, too. What does not open is left alone and counts as found, so that the key stays: it may
 * be of a newer version that knows more kinds of values.
 */
export async function goOnResealing(
  pass: ResealingPass,
  options: WalkOptions,
  seal: SealAnew,
): Promise<Passed> {
  const tally = { found: 0, resealed: 0 };
  const unopenable: string[] = [];
  const { after, seen, isWhole } = await walk(pass.after, options, async (value) => {
    if (!pass.retiring.includes(statedEpoch(value) ?? 0)) return;
    tally.found++;
    if (await sealsAnew(value, seal, unopenable)) tally.resealed++;
  });
  const found = pass.found + tally.found;
  const resealed = pass.resealed + tally.resealed;
  return {
    pass: { ...pass, after, seen: pass.seen + seen, found, resealed },
    isWhole,
    resealed: tally.resealed,
    unopenable,
  };
}

/** Whether a pass is still where it was when it was gone on with. */
export function isSamePass(one: ResealingPass, other: ResealingPass | undefined): boolean {
  if (other === undefined || one.node !== other.node || one.current !== other.current) return false;
  return sameId(one.after, other.after) && one.retiring.join() === other.retiring.join();
}

async function sealsAnew(value: ListedValue, seal: SealAnew, unopenable: string[]): Promise<boolean> {
  try {
    return (await seal(value)) === 'committed';
  } catch (error) {
    if (!isHsmError(error, 'does-not-open')) throw error;
    if (unopenable.length < mostNamed) unopenable.push(toHex(value.id));
    return false;
  }
}

function sameId(one: Bytes | undefined, other: Bytes | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return equalBytes(one, other);
}
