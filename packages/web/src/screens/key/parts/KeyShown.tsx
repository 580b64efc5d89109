import { useState, type ReactElement } from 'react';
import { Card } from '../../../design/Card.tsx';
import { KeyGroups } from '../../../design/KeyGroups.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { useWords } from '../../../words/use-words.ts';
import { KeepRows } from './KeepRows.tsx';
import { KeyPrint } from './KeyPrint.tsx';

/** A key, the ways to keep it, and what happens when it is lost. */
export function KeyShown({
  groups,
  account,
}: {
  readonly groups: readonly string[];
  /** The phone number that it is for. */
  readonly account: string;
}): ReactElement {
  const { key } = useWords();
  const [at] = useState(() => Date.now());
  return (
    <>
      <Card tone="brass">
        <KeyGroups groups={groups} />
      </Card>
      <Notice tone="brass" title={key.opens}>
        {key.lost}
      </Notice>
      <KeepRows groups={groups} account={account} at={at} />
      <KeyPrint groups={groups} account={account} at={at} />
    </>
  );
}
