import type { ReactElement } from 'react';
import { Dial } from '../../../design/Dial.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Note } from '../../../design/Stack.tsx';
import type { TaskView } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { Middle } from './Middle.tsx';
import { partOf } from './part-of.ts';
import { Steering, WhyNot } from './Steering.tsx';

/** The messages are on their way: nothing can be read yet. */
export function MessagesComing({ task }: { readonly task: TaskView }): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const { bytesDone, bytesTotal, secondsLeft } = task;
  return (
    <Screen title={restore.title} back="/" footer={<Steering task={task} />}>
      <Middle>
        <Dial size={160} progress={partOf(task)} label={restore.messagesFirst} />
        <h2>{restore.messagesFirst}</h2>
        {bytesTotal > 0 && <p>{restore.bytes(bytesDone, bytesTotal, format)}</p>}
        {secondsLeft !== undefined && secondsLeft >= 1 && (
          <Note>{restore.timeLeft(secondsLeft, format)}</Note>
        )}
      </Middle>
      <WhyNot task={task} />
      {task.status === 'running' && <Note>{restore.keepOpen}</Note>}
    </Screen>
  );
}
