import { StrongroomError } from '@strongroom/core';

/** What a failed file operation means for people. */
export function fileError(cause: unknown, path: string): StrongroomError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (['ENOSPC', 'EDQUOT'].includes(code)) return new StrongroomError('disk-full', { path }, { cause });
  if (code === 'ENOENT') return new StrongroomError('source-missing', { path }, { cause });
  return new StrongroomError('not-permitted', { path }, { cause });
}
