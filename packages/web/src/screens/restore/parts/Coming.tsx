import type { ReactElement } from 'react';
import type { ChatsView, TaskView } from '../../../engine/contract.ts';
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
  if (task.kind === 'restore-messages') return <MessagesComing task={task} />;
  if (task.status === 'done') return <Done task={task} chats={chats} />;
  return <MediaComing task={task} chats={chats} />;
}
