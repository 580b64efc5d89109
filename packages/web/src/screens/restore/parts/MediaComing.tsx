import type { ReactElement } from 'react';
import { ButtonLink } from '../../../design/Button.tsx';
import { Dial } from '../../../design/Dial.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Note } from '../../../design/Stack.tsx';
import type { ChatsView, TaskView } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { Middle } from './Middle.tsx';
import { partOf } from './part-of.ts';
import { Steering, WhyNot } from './Steering.tsx';

/** The messages are here, and can be read; photos and files come in behind. */
export function MediaComing({
  task,
  chats,
}: {
  readonly task: TaskView;
  readonly chats: ChatsView;
}): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const { messages, media, mediaMissing } = chats;
  const footer = (
    <>
      <ButtonLink variant="primary" wide href="/">
        {restore.read}
      </ButtonLink>
      <Steering task={task} missing={mediaMissing} />
    </>
  );
  return (
    <Screen title={restore.title} back="/" footer={footer}>
      <Middle>
        <Dial size={160} progress={partOf(task)} label={restore.mediaComing} />
        <h2>{restore.here(messages, format)}</h2>
        {media > 0 && <p>{restore.mediaSoFar(media - mediaMissing, media, format)}</p>}
        <Details task={task} />
      </Middle>
      <WhyNot task={task} />
      {task.status === 'running' && <Note>{restore.readNow}</Note>}
    </Screen>
  );
}

function Details({ task }: { readonly task: TaskView }): ReactElement | null {
  const { restore } = useWords();
  const format = useFormat();
  const { bytesDone, bytesTotal, secondsLeft } = task;
  if (bytesTotal === 0) return null;
  const left =
    secondsLeft === undefined || secondsLeft < 1 ? '' : ` · ${restore.timeLeft(secondsLeft, format)}`;
  return <Note>{`${restore.bytes(bytesDone, bytesTotal, format)}${left}`}</Note>;
}
