import type { StrongroomError } from '@strongroom/core';
import type { Terminal } from './terminal.ts';

/** The last try was the right one, and the password could not be registered anew. */
export function sayLocked(problem: StrongroomError, terminal: Terminal): void {
  terminal.warn(
    `That was the last try, and the password could not be registered anew: ${problem.message} Choose one: \`strongroom change-password\`.`,
  );
}
