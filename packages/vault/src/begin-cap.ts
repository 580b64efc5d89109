import { VaultEvent } from '@strongroom/wire/vault';
import { countGuesses } from './rules/counting.ts';
import { stricterPolicy } from './rules/policy.ts';
import { refuse } from './rules/replies.ts';
import type { MaybeRecord, Outcome, Situation } from './rules/situation.ts';

const hour = 3_600_000;
/** Guesses of one tenant in an hour that were not finished with the right password, in one process. */
export const DEFAULT_BEGIN_CAP = 10_000;

/**
 * Caps the failed guesses of a tenant in an hour, so that one guess cannot be sprayed over every account. Kept in
 * memory: a fleet of m processes lets through m times as many.
 */
export class BeginCap {
  readonly #limit: number;
  readonly #counts = new Map<string, { hour: number; failed: number }>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The outcome itself; or, of a guess over the cap, a refusal until the hour ends that counts nothing. */
  guard(outcome: Outcome, record: MaybeRecord, situation: Situation): Outcome {
    if (!countsGuess(outcome, record)) return outcome;
    const count = this.#countOf(situation);
    if (count.failed >= this.#limit) return refuseUntil(BigInt((count.hour + 1) * hour), record, situation);
    // Taken before the write, so that guesses that wait for it together cannot pass the cap together.
    count.failed += 1;
    return outcome;
  }

  /** Gives a guess back that was not written after all, or that was right. */
  settle(outcome: Outcome, written: 'committed' | 'conflict', situation: Situation): void {
    const unwritten = written === 'conflict' && outcome.reply.reply.case === 'begun';
    const right = written === 'committed' && outcome.event === VaultEvent.OPENED;
    const count = this.#countOf(situation);
    if (unwritten || right) count.failed = Math.max(0, count.failed - 1);
  }

  #countOf({ tenant, now }: Situation): { hour: number; failed: number } {
    const current = Math.floor(Number(now) / hour);
    const known = this.#counts.get(tenant);
    if (known?.hour === current) return known;
    const fresh = { hour: current, failed: 0 };
    this.#counts.set(tenant, fresh);
    return fresh;
  }
}

// A repeated Begin writes nothing: it was counted before.
function countsGuess(outcome: Outcome, record: MaybeRecord): boolean {
  return outcome.reply.reply.case === 'begun' && outcome.record !== record;
}

function refuseUntil(until: bigint, record: MaybeRecord, { policy, now }: Situation): Outcome {
  const { guessesLeft } = countGuesses(record, stricterPolicy(record?.policy, policy), now);
  return refuse(record, 'must-wait', { until, guessesLeft });
}
