import { create } from '@bufbuild/protobuf';
import { PolicySchema, type Policy } from '@strongroom/wire/vault';
import { defaultPolicy } from '../../rules/policy.ts';
import { listOf, object, optional, seconds, whole, type Check } from '@strongroom/core/node';

const year = 365 * 86_400;

interface Given {
  readonly guessLimit: number | undefined;
  readonly waits: readonly number[] | undefined;
  readonly failureLimit: number | undefined;
  readonly replacementDelay: number | undefined;
}

const given = object<Given>({
  guessLimit: optional(whole(1, 100)),
  waits: optional(listOf(0, 100, seconds(0, year))),
  failureLimit: optional(whole(1, 1000)),
  replacementDelay: optional(seconds(0, year)),
});

/** `guessLimit`, `waits` (seconds after failures 5, 6, …), `failureLimit`, `replacementDelay` (seconds); each may be missing. */
export const policy: Check<Policy> = (value, place) => {
  const { guessLimit, waits, failureLimit, replacementDelay } = given(value, place);
  return create(PolicySchema, {
    ...defaultPolicy,
    ...(guessLimit !== undefined && { guessLimit }),
    ...(waits !== undefined && { waits: waits.map(BigInt) }),
    ...(failureLimit !== undefined && { failureLimit }),
    ...(replacementDelay !== undefined && { replacementDelay: BigInt(replacementDelay) }),
  });
};
