import type { ReactElement } from 'react';
import { Redirect } from 'wouter';
import { useEngineState } from '../../shell/engine.ts';
import { Coming } from './parts/Coming.tsx';
import { Find } from './parts/Find.tsx';
import { NotEmpty } from './parts/NotEmpty.tsx';
import { OtherFiles } from './parts/OtherFiles.tsx';
import { Older } from './parts/Older.tsx';
import { useOpening } from './parts/use-opening.ts';
import { stepOf } from './step-of.ts';

/** Gets a backup back on this device: the number, the backup, what opens it, then messages and media. */
export default function Restore(): ReactElement {
  const state = useEngineState();
  const opening = useOpening();
  const { task, chats } = state;
  switch (stepOf(state, opening)) {
    case 'sign-in':
      return <Redirect to="/sign-in?next=/restore" replace />;
    case 'not-empty':
      return <NotEmpty chats={chats} />;
    case 'older':
      return <Older problem={task?.problem ?? opening.problem!} opening={opening} />;
    case 'coming':
      return <Coming task={task!} chats={chats} />;
    case 'other-files':
      return <OtherFiles problem={opening.problem!} />;
    case 'find':
    default:
      return <Find opening={opening} />;
  }
}
