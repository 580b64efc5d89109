import { StrongroomError } from '@strongroom/core';

/** The code of an error of the operating system, like `ENOENT`; our own errors have codes too, of another kind. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/** What went wrong with a file, as an error that callers handle. */
export function fileError(error: unknown, path: string): unknown {
  switch (systemCode(error)) {
    case undefined:
      return error;
    case 'ENOENT':
    case 'ENOTDIR':
      return new StrongroomError('source-missing', { path }, { cause: error });
    case 'ENOSPC':
    case 'EDQUOT':
      return new StrongroomError('disk-full', { path }, { cause: error });
    default:
      return new StrongroomError('not-permitted', { path }, { cause: error });
  }
}
