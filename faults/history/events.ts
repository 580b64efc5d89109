/** Milliseconds of the machine's steady clock, the same for all processes. */
export type At = number;

/** What a request is, in the words of the protocol. */
export type Kind =
  | 'describe'
  | 'propose'
  | 'commit'
  | 'drop'
  | 'begin'
  | 'finish'
  | 'heal'
  | 'mark'
  | 'erase'
  | 'unknown';

/** The rules of the vault that the campaign ran against. */
export interface Rules {
  readonly guessLimit: number;
  readonly failureLimit: number;
  /** Milliseconds after 5, 6, … failures in a row; the last one stands for all after it. */
  readonly waits: readonly number[];
}

/** The first line of a history. */
export interface Started {
  readonly e: 'started';
  readonly at: At;
  readonly seed: number;
  readonly rules: Rules;
  readonly sites: readonly string[];
  readonly bug?: string;
}

/** A device sends a request. Accounts, requests, KE1 and KE2 are hashes; generations as they are. */
export interface Asked {
  readonly e: 'asked';
  readonly at: At;
  readonly account: string;
  readonly device: string;
  readonly request: string;
  readonly kind: Kind;
  readonly generation?: string;
  /** Of a Begin. */
  readonly ke1?: string;
  /** Of a Finish: the KE2 that it answers. */
  readonly ke2?: string;
}

/** It has an answer, or none: then `outcome` is the code of an error, and nobody knows whether it was applied. */
export interface Answered {
  readonly e: 'answered';
  readonly at: At;
  readonly account: string;
  readonly device: string;
  readonly request: string;
  readonly kind: Kind;
  /** Of what was sealed: the kind of reply, or the code with which the vault refused. Else `error:` and a code. */
  readonly outcome: string;
  readonly generation?: string;
  readonly ke2?: string;
  readonly described?: DescribedState;
}

/** What a Describe said. */
export interface DescribedState {
  readonly live?: string;
  readonly candidate?: string;
  readonly contested?: string;
  readonly failures: number;
  readonly guessesLeft: number;
}

/** What a whole attempt came to, beside what should have come of it. */
export interface Concluded {
  readonly e: 'concluded';
  readonly at: At;
  readonly account: string;
  readonly device: string;
  readonly generation: string;
  readonly expected: 'opens' | 'does not open';
  readonly got: 'opens' | 'does not open' | 'opens with another key' | 'misbehaved';
}

/** A node sends a record to the store: `begun` before, and afterwards what the store said. Watched below all wrappers. */
export interface Wrote {
  readonly e: 'wrote';
  readonly at: At;
  readonly site: string;
  /** One number for each write of a node's life, so that its two lines are found. */
  readonly write: string;
  readonly record: string;
  /** The number of the record's version that this one is to be. */
  readonly sequence: number;
  readonly phase: 'begun' | 'committed' | 'conflict' | 'unwritten' | 'unknown';
  /** None: the node's own writes, such as sealing anew. */
  readonly request?: string;
  readonly account?: string;
  readonly kind?: Kind;
}

/** A node lets an answer out: written before the answer is. */
export interface Released {
  readonly e: 'released';
  readonly at: At;
  readonly site: string;
  readonly request: string;
  readonly account: string;
  readonly kind: Kind;
  readonly outcome: string;
  /** The version of the record that the rules saw, 0: none; and when it was asked for. */
  readonly read: number;
  readonly readAt: At;
  /** The version that was committed for it before. */
  readonly written?: number;
  /** The earliest and the latest that the node's own clock showed while it served, milliseconds since 1970. */
  readonly clock: readonly [number, number];
  /** Of what was begun, and the guesses that are left then. */
  readonly ke2?: string;
  readonly left?: number;
  readonly described?: DescribedState;
}

/** The nemesis acts. */
export interface Struck {
  readonly e: 'struck';
  readonly at: At;
  readonly fault: string;
  readonly what: string;
  /** What kept it from acting, if anything did. */
  readonly failed?: string;
}

/** The nemesis has healed what it did, and started again what did not run any more. */
export interface Revived {
  readonly e: 'revived';
  readonly at: At;
  readonly what: readonly string[];
}

/** Everything works again, and clients look for the last time. */
export interface Healed {
  readonly e: 'healed';
  readonly at: At;
}

/** One line of a history. */
export type Event = Started | Asked | Answered | Concluded | Wrote | Released | Struck | Revived | Healed;
