import { StrongroomError } from '@strongroom/core';

/** Whether the browser refused something with an error of this name, like `NotFoundError`. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}

/** What went wrong with a file, as an error that callers handle. */
export function fileError(error: unknown, path: string): unknown {
  // A TypeError is thrown for names that the browser does not allow.
  if (!(error instanceof DOMException) && !(error instanceof TypeError)) return error;
  if (isNamed(error, 'NotFoundError'))
    return new StrongroomError('source-missing', { path }, { cause: error });
  if (isNamed(error, 'QuotaExceededError'))
    return new StrongroomError('disk-full', { path }, { cause: error });
  return new StrongroomError('not-permitted', { path }, { cause: error });
}
