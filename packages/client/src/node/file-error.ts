import { StrongroomError } from '@strongroom/core';

/** What a failed file operation means for people. */
export function fileError(cause: unknown, path: string): StrongroomError {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StrongroomError('disk-full', { path }, { cause });
    case 'ENOENT':
      return new StrongroomError('source-missing', { path }, { cause });
    default:
      return new StrongroomError('not-permitted', { path }, { cause });
  }
}
