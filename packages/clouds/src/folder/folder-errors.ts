import { StrongroomError } from '@strongroom/core';

/** The code of an error of the operating system, like `ENOENT`; our own errors have codes too, of another kind. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/** What went wrong in a folder, as an error that every store has. @param where the store, in words for people */
export function storeError(error: unknown, where: string): unknown {
  const code = systemCode(error);
  switch (code) {
    case undefined:
      return error;
    case 'ENOSPC':
    case 'EDQUOT':
      return new StrongroomError('cloud-full', { where }, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StrongroomError('cloud-denied', { where }, { cause: error });
    default:
      return new StrongroomError('cloud-unreachable', { where, why: code }, { cause: error });
  }
}
