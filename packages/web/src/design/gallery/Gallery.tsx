import { useState, type ReactElement, type ReactNode } from 'react';
import { ErrorBoundary } from '../../shell/ErrorBoundary.tsx';
import { Line, Stack } from '../Stack.tsx';
import { Buttons } from './Buttons.tsx';
import { Choices } from './Choices.tsx';
import { Fields } from './Fields.tsx';
import styles from './Gallery.module.css';
import { Lists } from './Lists.tsx';
import { Messages } from './Messages.tsx';
import { Marks } from './Marks.tsx';

/** The living page of the design: every component in every state, `/design` while one develops. */
export default function Gallery(): ReactElement {
  const [theme, setTheme] = useState('system');
  const choose = (chosen: string): void => {
    setTheme(chosen);
    if (chosen === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen;
  };
  return (
    <ErrorBoundary>
      <main className={styles.page}>
        <h1>Design</h1>
        <Line>
          {['system', 'light', 'dark'].map((name) => (
            <button key={name} type="button" aria-pressed={name === theme} onClick={() => choose(name)}>
              {name}
            </button>
          ))}
        </Line>
        <div className={styles.columns}>
          <Part name="Mark">
            <Marks />
          </Part>
          <Part name="Buttons">
            <Buttons />
          </Part>
          <Part name="Fields">
            <Fields />
          </Part>
          <Part name="Choices">
            <Choices />
          </Part>
          <Part name="Messages">
            <Messages />
          </Part>
          <Part name="Lists">
            <Lists />
          </Part>
        </div>
      </main>
    </ErrorBoundary>
  );
}

function Part({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className={styles.part}>
      <Stack>
        <h2>{name}</h2>
        {children}
      </Stack>
    </section>
  );
}
