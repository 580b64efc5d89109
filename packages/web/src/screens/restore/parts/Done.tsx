import { useEffect, useEffectEvent, type ReactElement } from 'react';
import { Button } from '../../../design/Button.tsx';
import { RowGroup } from '../../../design/Card.tsx';
import { Dial } from '../../../design/Dial.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { Row } from '../../../design/Row.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Note } from '../../../design/Stack.tsx';
import type { ChatsView, TaskView } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useGo } from '../../../shell/navigation.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { Middle } from './Middle.tsx';

/** Everything that is intact is back. */
export function Done({ task, chats }: { readonly task: TaskView; readonly chats: ChatsView }): ReactElement {
  const { restore } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const go = useGo();
  const { run, busy } = useCommand();
  useDismissedWhenLeft();
  const read = async (): Promise<void> => {
    if (await run(async () => engine.dismiss())) go('/', { replace: true });
  };
  const footer = (
    <Button variant="primary" wide busy={busy} onClick={() => void read()}>
      {restore.read}
    </Button>
  );
  return (
    <Screen title={restore.title} back="/" footer={footer}>
      <Middle>
        <Dial size={160} progress={1} label={restore.doneTitle} />
        <h2>{task.warnings.length === 0 ? restore.doneTitle : restore.here(chats.messages, format)}</h2>
      </Middle>
      <Lost paths={task.warnings.map(({ path }) => path)} />
      <RowGroup>
        <Row title={restore.doneMessages} value={format.number(chats.messages)} />
        <Row title={restore.doneMedia} value={format.number(chats.media - chats.mediaMissing)} />
      </RowGroup>
      <Note>{restore.doneNext}</Note>
    </Screen>
  );
}

// Who has seen it and goes on to the chats, by whatever way, has seen it.
function useDismissedWhenLeft(): void {
  const engine = useEngine();
  const task = useEngineState('task');
  const left = useEffectEvent(() => {
    // It may have been dismissed, and something else begun.
    if (task?.kind === 'restore-media' && task.status === 'done') engine.dismiss().catch(() => undefined);
  });
  useEffect(() => () => left(), []);
}

// More of them nobody reads.
const mostNamed = 20;

function Lost({ paths }: { readonly paths: readonly string[] }): ReactElement | null {
  const { restore } = useWords();
  const format = useFormat();
  if (paths.length === 0) return null;
  return (
    <Notice tone="danger" title={restore.left(paths.length, format)}>
      <p>{restore.leftText}</p>
      <details>
        <summary>{restore.whichFiles}</summary>
        <ul>
          {paths.slice(0, mostNamed).map((path) => (
            <li key={path}>{path}</li>
          ))}
        </ul>
        {paths.length > mostNamed && <p>{restore.andMore(paths.length - mostNamed, format)}</p>}
      </details>
    </Notice>
  );
}
