import { day, hour, minute, second } from './lengths.ts';

/** How long things take in the life of an epoch. Times in milliseconds. */
export interface EpochPolicy {
  /** How long records are sealed under one epoch. */
  readonly epochLife: number;
  /**
   * How long nothing happens to an epoch after another came into use, and after it was found empty. Much longer than
   * `refreshEvery`, and than any write can be under way.
   */
  readonly grace: number;
  /** How old what a node knows of the epoch in use may be when it writes. */
  readonly refreshEvery: number;
  /** How long the node that seals records anew is not disturbed by another after its last word. */
  readonly lease: number;
  /** How long sealing goes on in one round of care, before the node turns to other things. */
  readonly slice: number;
  /** Values listed at once, 1 to 1000. */
  readonly page: number;
  /** Values sealed anew a second, and values searched a second. */
  readonly resealsPerSecond: number;
  readonly searchedPerSecond: number;
  /** How long a key that was handed over, or a reception, is waited for before another node tries. */
  readonly patience: number;
}

/** What holds unless an operator says otherwise. */
export const defaultEpochPolicy: EpochPolicy = {
  epochLife: 30 * day,
  grace: hour,
  refreshEvery: 5 * second,
  lease: 10 * minute,
  slice: minute,
  page: 100,
  resealsPerSecond: 200,
  searchedPerSecond: 2000,
  patience: 15 * minute,
};

/** Epochs that may be living at once: those that cannot retire, because a node is away, pile up. */
export const MOST_LIVING = 12;
