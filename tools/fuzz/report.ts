/** What the process is asked: run a target of a module with `count` seeds. */
export interface FuzzRequest {
  /** URL of a module that exports `fuzzTargets`. */
  readonly module: string;
  readonly target: string;
  readonly from: number;
  readonly count: number;
}

/** What it tells: that it is still at work, and how it ended. */
export type FuzzReport =
  | { readonly at: number }
  | { readonly accepted: number; readonly refused: number; readonly peakMiB: number }
  | { readonly failed: string; readonly seed: number };

/** Seeds between two signs of life. */
export const reportEvery = 50;
