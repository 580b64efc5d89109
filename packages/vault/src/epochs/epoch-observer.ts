import type { NodeId } from './fleet.ts';
import type { FleetProgress } from './progress.ts';
import type { Step } from './steps.ts';

/** What keeps things from going on, and whoever runs the node may have to see to. */
export interface EpochProblem {
  readonly problem:
    /** A key that another node sent was not taken over, or could not be wrapped. */
    | 'key-refused'
    /** A node waits for keys, and nothing shows that its reception is its own. */
    | 'reception-not-proven'
    /** Stored values state a retiring epoch and do not open under its key. */
    | 'unopenable-values'
    /** This HSM is to hold the key of an epoch, but holds another one. */
    | 'another-key';
  readonly epoch?: number;
  readonly node?: NodeId;
  /** For people. */
  readonly why: string;
}

/** Told how the epochs of the fleet fare, for metrics and logs. Nothing here is secret, or names an account. */
export interface EpochObserver {
  /** A step was taken. */
  readonly onStep?: (step: Step['do']) => void;
  /** Values were sealed anew by this node. */
  readonly onResealed?: (values: number) => void;
  readonly onProblem?: (problem: EpochProblem) => void;
  /** After every round of care. */
  readonly onProgress?: (progress: FleetProgress) => void;
}
