import type { ReactElement } from 'react';
import { Button } from '../Button.tsx';
import { Notice } from '../Notice.tsx';
import { ProblemNotice } from '../ProblemNotice.tsx';
import { Progress } from '../Progress.tsx';
import { Stack } from '../Stack.tsx';

const later = Date.now() + 30 * 60_000;

/** Notices and progress. */
export function Messages(): ReactElement {
  return (
    <Stack>
      <Notice title="You can leave this page">It goes on when you are back.</Notice>
      <Notice tone="brass" title="Keep the key" action={<Button variant="quiet">Show the key</Button>}>
        Who has it can open your backup. Who loses it, and the password, cannot.
      </Notice>
      <Notice
        tone="danger"
        title="Anna's phone asked to replace your key"
        action={<Button variant="quiet">Cancel it</Button>}
      >
        If that wasn't you, cancel it: you have 6 days.
      </Notice>
      <ProblemNotice
        problem={{
          code: 'wrong-password',
          details: { guessesLeft: 6, waitUntil: later, unfinishedChange: false },
        }}
      />
      <Progress label="Backing up" value={0.42} detail="131 of 312 MB, 2 minutes left" />
      <Progress label="Looking for your backup" />
    </Stack>
  );
}
