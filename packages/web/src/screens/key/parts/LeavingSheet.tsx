import type { ReactElement, ReactNode } from 'react';
import { Button } from '../../../design/Button.tsx';
import { Sheet } from '../../../design/Sheet.tsx';
import { useWords } from '../../../words/use-words.ts';
import type { Leaving } from './use-leaving.ts';

/** Asks whoever is about to leave something behind. */
export function LeavingSheet({
  leaving,
  children,
}: {
  readonly leaving: Leaving;
  /** What would be lost. */
  readonly children: ReactNode;
}): ReactElement {
  const { key } = useWords();
  const actions = (
    <>
      <Button variant="primary" wide onClick={leaving.stay}>
        {key.stay}
      </Button>
      <Button variant="danger" wide onClick={leaving.leave}>
        {key.leave}
      </Button>
    </>
  );
  return (
    <Sheet open={leaving.asked} onClose={leaving.stay} title={key.leaveTitle} actions={actions}>
      <p>{children}</p>
    </Sheet>
  );
}
