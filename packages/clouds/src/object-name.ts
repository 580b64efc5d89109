import { StrongroomError } from '@strongroom/core';

const objectName = /^[0-9a-zA-Z-]+(\/[0-9a-zA-Z-]+)*$/;
const longestName = 200;

/** @throws StrongroomError 'malformed' unless the name is made of segments of `[0-9a-zA-Z-]` with `/` between them */
export function checkObjectName(name: string): void {
  if (name.length > longestName || !objectName.test(name)) {
    throw new StrongroomError('malformed', { what: 'the name of an object' });
  }
}

/** Whether a text could be how the name of an object begins. */
export function isNamePrefix(prefix: string): boolean {
  return /^[0-9a-zA-Z/-]*$/.test(prefix);
}
