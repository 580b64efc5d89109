import type { At, Event } from '../history/events.ts';

/** The promises that the checker looks after. */
export type Rule =
  | 'no reply before its write'
  | 'every version is written once'
  | 'reads are not stale'
  | 'no more evaluations than the guess limit'
  | 'no more failures than the failure limit'
  | 'a guess is evaluated once'
  | 'waits are kept'
  | 'descriptions count every evaluation'
  | 'nothing erased returns'
  | 'no acknowledged registration is lost'
  | 'passwords open what they should';

/** A promise that was broken, and where to look. */
export interface Violation {
  readonly rule: Rule;
  readonly account: string;
  readonly at: At;
  readonly why: string;
  /** The events that show it. */
  readonly events: readonly Event[];
}
