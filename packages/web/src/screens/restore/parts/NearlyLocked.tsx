import type { ReactElement } from 'react';
import { Notice } from '../../../design/Notice.tsx';
import type { FoundBackup } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { useWithoutPassword } from './use-without-password.ts';

/** The last tries: what happens after them, and what costs none. */
export function NearlyLocked({
  left,
  ways,
}: {
  readonly left: number;
  readonly ways: FoundBackup['ways'];
}): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const others = useWithoutPassword(ways);
  return (
    <Notice tone="danger" title={restore.nearTitle(left, format)}>
      <p>{restore.nearText}</p>
      <p>{others === undefined ? restore.nearDevice : restore.nearOther(others)}</p>
    </Notice>
  );
}
