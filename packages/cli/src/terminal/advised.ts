import type { StrongroomError } from '@strongroom/core';

/** An error with what to do about it here, and with what programs should know besides. */
export class Advised extends Error {
  readonly error: StrongroomError;
  /** Sentences for people. */
  readonly advice: readonly string[];
  /** Stands beside the error for programs. */
  readonly json: object;

  constructor(error: StrongroomError, advice: readonly string[], json: object = {}) {
    super(error.message, { cause: error });
    this.error = error;
    this.advice = advice;
    this.json = json;
  }
}
