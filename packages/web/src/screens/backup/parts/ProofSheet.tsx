import type { ReactElement, ReactNode } from 'react';
import { Sheet } from '../../../design/Sheet.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { ProofForm, type ProofProps } from './ProofForm.tsx';

/** Says what is about to happen, and has the person show that it's them. */
export function ProofSheet({
  onClose,
  title,
  children,
  ...proof
}: ProofProps & {
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Sheet open onClose={onClose} title={title}>
      <Stack gap={4}>
        <p>{children}</p>
        <ProofForm {...proof} />
      </Stack>
    </Sheet>
  );
}
