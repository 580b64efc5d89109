import { create } from '@bufbuild/protobuf';
import { PolicySchema, type Policy } from '@strongroom/wire/vault';

const minute = 60_000n;
const hour = 60n * minute;
const day = 24n * hour;

/** A week, milliseconds: in this time one failure is forgotten. */
export const FAILURE_DECAY: bigint = 7n * day;
/** The failure in a row after which the first wait comes. */
export const FIRST_WAIT_AFTER = 5;

/** Ten guesses in a row, a hundred in all, growing waits from the fifth failure, a week to object to a replacement. */
export const defaultPolicy: Policy = create(PolicySchema, {
  guessLimit: 10,
  waits: [minute, 30n * minute, 6n * hour, 24n * hour, 48n * hour],
  failureLimit: 100,
  replacementDelay: 7n * day,
});

/** The stricter of two policies in each of their figures: a record's policy never gets weaker. */
export function stricterPolicy(kept: Policy | undefined, offered: Policy): Policy {
  if (kept === undefined) return offered;
  const count = Math.max(kept.waits.length, offered.waits.length);
  return {
    ...kept,
    guessLimit: Math.min(kept.guessLimit, offered.guessLimit),
    waits: Array.from({ length: count }, (_, i) => longer(waitNumber(kept, i), waitNumber(offered, i))),
    failureLimit: Math.min(kept.failureLimit, offered.failureLimit),
    replacementDelay: longer(kept.replacementDelay, offered.replacementDelay),
  };
}

/** The wait in milliseconds after so many failures in a row. The last one stands for all after it. */
export function waitAfter(policy: Policy, failuresInRow: bigint): bigint {
  const number = Number(failuresInRow) - FIRST_WAIT_AFTER;
  return number < 0 ? 0n : waitNumber(policy, number);
}

function waitNumber({ waits }: Policy, number: number): bigint {
  return waits[number] ?? waits.at(-1) ?? 0n;
}

function longer(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
