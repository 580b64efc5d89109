import type { ReactElement } from 'react';
import type { ChatsView, TaskView } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { Done } from './Done.tsx';
import { MediaComing } from './MediaComing.tsx';
import { MessagesComing } from './MessagesComing.tsx';

/** What was opened comes to this device: messages first, media behind. */
export function Coming({
  task,
  chats,
}: {
  readonly task: TaskView;
  readonly chats: ChatsView;
}): ReactElement {
  return (
    <>
      <Told task={task} chats={chats} />
      <Shown task={task} chats={chats} />
    </>
  );
}

interface Arrival {
  readonly task: TaskView;
  readonly chats: ChatsView;
}

// A screen reader tells only what changes in a place that was there before: it stays from one step to the next.
function Told({ task: { kind, status, warnings }, chats: { messages } }: Arrival): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const whole = status === 'done' && warnings.length === 0;
  return (
    <p role="status" className="visually-hidden">
      {kind !== 'restore-messages' && (whole ? restore.toldAll : restore.toldMessages(messages, format))}
    </p>
  );
}

function Shown({ task, chats }: Arrival): ReactElement {
  if (task.kind === 'restore-messages') return <MessagesComing task={task} />;
  if (task.status === 'done') return <Done task={task} chats={chats} />;
  return <MediaComing task={task} chats={chats} />;
}
