import { StrongroomError } from '@strongroom/core';

/** Why a node does not take a request on, which has nothing to do with what the request asks. */
export type RefusalReason = 'draining' | 'overloaded' | 'late' | 'rate-limited';

/** A request that a node does not take on. Nothing of it was, or will be, applied. */
export class Refusal extends StrongroomError<'unavailable' | 'too-many-requests'> {
  readonly reason: RefusalReason;
  /** Milliseconds after which this node may be asked again; 0: it cannot say. */
  readonly retryAfter: number;

  private constructor(reason: RefusalReason, retryAfter: number, until?: number) {
    if (until === undefined) super('unavailable', { answered: 0, needed: 1 });
    else super('too-many-requests', { until });
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /** The node is about to stop: another one will do. */
  static draining(): Refusal {
    return new Refusal('draining', 0);
  }

  /** So many requests wait already that this one would not be served in time. */
  static overloaded(): Refusal {
    return new Refusal('overloaded', 250);
  }

  /** Its deadline passed, or whoever asked went away, before anything was written. */
  static late(): Refusal {
    return new Refusal('late', 0);
  }

  /** Its tenant asked for more in a second than it may. @param now milliseconds since 1970 */
  static rateLimited(retryAfter: number, now: number): Refusal {
    return new Refusal('rate-limited', retryAfter, now + Math.ceil(retryAfter));
  }
}
