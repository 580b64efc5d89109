import type { ReactElement } from 'react';
import { Dial } from '../../../design/Dial.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { Note, Stack } from '../../../design/Stack.tsx';
import { useFormat, useWords } from '../../../words/use-words.ts';
import type { Tries } from './standing.ts';

// From so many on it is said loudly.
const few = 2;

/** The tries that are left: a tick each; and when the next may be. */
export function TriesDial({ tries }: { readonly tries: Tries }): ReactElement {
  const { backup } = useWords();
  const format = useFormat();
  const label = backup.triesLeft(tries.left, tries.limit, format);
  return (
    <Stack gap={3}>
      <Stack gap={2} align="center">
        <Dial size={112} tries={tries} label={label} tone={tries.left <= few ? 'danger' : 'accent'} />
        <h2 aria-hidden>{label}</h2>
        {tries.waitUntil !== undefined && <Note>{backup.nextTry(tries.waitUntil, format)}</Note>}
      </Stack>
      {tries.left <= few && tries.left > 0 && (
        <Notice tone="danger" live title={backup.lastTries(tries.left, format)}>
          {backup.lastTriesText}
        </Notice>
      )}
    </Stack>
  );
}
