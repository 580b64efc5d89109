import { MonitorSmartphone, FileInput, Phone } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button, ButtonLink } from '../../../design/Button.tsx';
import { RowGroup } from '../../../design/Card.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Row } from '../../../design/Row.tsx';
import { Screen } from '../../../design/Screen.tsx';
import { Stack } from '../../../design/Stack.tsx';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useGo } from '../../../shell/navigation.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useWords } from '../../../words/use-words.ts';

/** There is no backup of this number: what one can do then. */
export function NoneFound({ again }: { readonly again: () => void }): ReactElement {
  const { restore } = useWords();
  const account = useEngineState('account');
  const { problem, useAnother } = useAnotherNumber();
  const footer = (
    <>
      <Button variant="primary" wide onClick={again}>
        {restore.again}
      </Button>
      <ButtonLink variant="quiet" wide href="/">
        {restore.startWithout}
      </ButtonLink>
    </>
  );
  return (
    <Screen title={restore.title} back="/welcome" footer={footer}>
      <Stack gap={2}>
        <h2>{restore.noneTitle}</h2>
        <p>{restore.noneText(account?.phone ?? '')}</p>
      </Stack>
      {problem && <ProblemNotice problem={problem} />}
      <RowGroup>
        <Row icon={MonitorSmartphone} title={restore.noneDevice} detail={restore.noneDeviceDetail} />
        <Row icon={Phone} title={restore.noneOther} detail={restore.noneOtherDetail} onClick={useAnother} />
        <Row icon={FileInput} title={restore.noneImport} detail={restore.noneImportDetail} href="/import" />
      </RowGroup>
    </Screen>
  );
}

function useAnotherNumber(): Pick<ReturnType<typeof useCommand>, 'problem'> & { useAnother: () => void } {
  const engine = useEngine();
  const go = useGo();
  const { run, problem } = useCommand();
  const useAnother = async (): Promise<void> => {
    if (await run(async () => engine.signOut())) go('/sign-in?next=/restore');
  };
  return { useAnother: () => void useAnother(), ...(problem && { problem }) };
}
