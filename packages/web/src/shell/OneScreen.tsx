import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import { Button, ButtonLink } from '../design/Button.tsx';
import { Dial } from '../design/Dial.tsx';
import { Empty } from '../design/Empty.tsx';
import { ProblemNotice } from '../design/ProblemNotice.tsx';
import { Screen } from '../design/Screen.tsx';
import { Note } from '../design/Stack.tsx';
import type { DamagedChats, Problem } from '../engine/contract.ts';
import { useWords } from '../words/use-words.ts';
import styles from './Panes.module.css';

/** As long as it is not known what to show. Nothing at first: it is mostly over before one sees it. */
export function Starting(): ReactElement {
  const words = useWords();
  return (
    <main className={styles.starting}>
      <Dial size={72} label={words.common.loading} />
    </main>
  );
}

/** Another tab works with the chats. */
export function OtherTab({ onUse }: { readonly onUse: () => void }): ReactElement {
  const { shell } = useWords();
  return (
    <main className={styles.alone}>
      <Empty
        title={shell.otherTabTitle}
        action={
          <Button variant="primary" onClick={onUse}>
            {shell.useHere}
          </Button>
        }
      >
        {shell.otherTabText}
      </Empty>
    </main>
  );
}

/** The engine did not start. @param onStart starts it although the chats are damaged */
export function StartFailed({
  problem,
  onStart,
}: {
  readonly problem: Problem;
  readonly onStart: (damaged: DamagedChats) => void;
}): ReactElement {
  const { shell, common } = useWords();
  const damaged = problem.code === 'profile-damaged' && String(problem.details['path']).endsWith('chats.db');
  return (
    <main className={styles.alone}>
      <Screen title={common.product} footer={damaged && <DespiteDamage onStart={onStart} />}>
        <ProblemNotice
          problem={problem}
          action={
            <Button variant="quiet" onClick={() => location.reload()}>
              {shell.reload}
            </Button>
          }
        />
      </Screen>
    </main>
  );
}

function DespiteDamage({ onStart }: { readonly onStart: (damaged: DamagedChats) => void }): ReactElement {
  const { shell } = useWords();
  const [, navigate] = useLocation();
  const start = (damaged: DamagedChats, path: string): void => {
    navigate(path, { replace: true });
    onStart(damaged);
  };
  return (
    <>
      <Button variant="primary" wide onClick={() => start('restore', '/restore')}>
        {shell.damagedRestore}
      </Button>
      <Button wide onClick={() => start('begin-anew', '/')}>
        {shell.damagedAnew}
      </Button>
      <Note>{shell.damagedNote}</Note>
    </>
  );
}

/** The page came over plain HTTP from another machine: browsers then have no cryptography. */
export function InsecurePage(): ReactElement {
  const { shell } = useWords();
  return (
    <main className={styles.alone}>
      <Empty title={shell.insecureTitle}>{shell.insecureText}</Empty>
    </main>
  );
}

/** No screen has this address. */
export function NotFound(): ReactElement {
  const { shell } = useWords();
  return (
    <Screen title={shell.notFoundTitle} back="/">
      <Empty action={<ButtonLink href="/">{shell.toChats}</ButtonLink>}>{shell.notFoundText}</Empty>
    </Screen>
  );
}
