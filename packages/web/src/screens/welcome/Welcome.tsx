import { FileInput, MessagesSquare, RotateCcw } from 'lucide-react';
import type { ReactElement } from 'react';
import { RowGroup } from '../../design/Card.tsx';
import { Dial } from '../../design/Dial.tsx';
import { ProblemNotice } from '../../design/ProblemNotice.tsx';
import { Progress } from '../../design/Progress.tsx';
import { Row } from '../../design/Row.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Stack } from '../../design/Stack.tsx';
import { useEngine, useEngineState } from '../../shell/engine.ts';
import { useGo } from '../../shell/navigation.ts';
import { prefer } from '../../shell/preferences.ts';
import { useCommand } from '../../shell/use-command.ts';
import { useWords } from '../../words/use-words.ts';
import styles from './Welcome.module.css';

/** The first screen of a device that has neither an account nor chats: what it is, and three ways on. */
export default function Welcome(): ReactElement {
  const { welcome } = useWords();
  return (
    <Screen title={welcome.title}>
      <div className={styles.middle}>
        <Stack gap={8}>
          <Stack gap={6} align="center">
            <Dial size={112} />
            <Stack gap={2} align="center">
              <h2 className={styles.claim}>{welcome.claim}</h2>
              <p className={styles.text}>{welcome.text}</p>
            </Stack>
          </Stack>
          <Ways />
        </Stack>
      </div>
    </Screen>
  );
}

function Ways(): ReactElement {
  const { welcome } = useWords();
  const engine = useEngine();
  const go = useGo();
  const { run, busy, problem } = useCommand();
  const sample = async (): Promise<void> => {
    await engine.addSampleChats();
    prefer({ welcomed: true });
    go('/', { replace: true });
  };
  if (busy) return <Sampling />;
  return (
    <Stack gap={3}>
      {problem && <ProblemNotice problem={problem} />}
      <RowGroup>
        <Row
          icon={MessagesSquare}
          title={welcome.sample}
          detail={welcome.sampleDetail}
          onClick={() => void run(sample)}
        />
        <Row icon={FileInput} title={welcome.bring} detail={welcome.bringDetail} href="/import" />
        <Row icon={RotateCcw} title={welcome.restore} detail={welcome.restoreDetail} href="/restore" />
      </RowGroup>
    </Stack>
  );
}

function Sampling(): ReactElement {
  const { welcome } = useWords();
  const task = useEngineState('task');
  const part = task?.kind === 'sample' && task.filesTotal > 0 ? task.filesDone / task.filesTotal : undefined;
  return <Progress label={welcome.sampling} {...(part !== undefined && { value: part })} />;
}
