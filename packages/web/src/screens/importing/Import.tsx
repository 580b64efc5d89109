import { FileInput } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { Button, ButtonLink } from '../../design/Button.tsx';
import { Screen } from '../../design/Screen.tsx';
import { Note, Stack } from '../../design/Stack.tsx';
import { useEngine } from '../../shell/engine.ts';
import { useStore } from '../../shell/store.ts';
import { useFormat, useWords } from '../../words/use-words.ts';
import styles from './Import.module.css';
import { ImportCard } from './parts/ImportCard.tsx';
import { imports, isAnswered, isOffered, type ImportItem } from './parts/import-queue.ts';

/** Brings chats that WhatsApp exported: choose, look, answer, import. */
export default function Import(): ReactElement {
  const { importing } = useWords();
  const items = useStore(imports);
  useEffect(() => () => imports.tidy(), []);
  return (
    <Screen title={importing.title} back="/" footer={items.length > 0 && <Footer items={items} />}>
      {items.length === 0 ? (
        <Beginning />
      ) : (
        <Stack gap={3}>
          {items.map((item) => (
            <ImportCard key={item.id} item={item} />
          ))}
        </Stack>
      )}
    </Screen>
  );
}

function Beginning(): ReactElement {
  const { importing } = useWords();
  return (
    <>
      <div className={styles.drop}>
        <FileInput size={40} strokeWidth={1.5} aria-hidden className={styles.icon} />
        <h2>{importing.intro}</h2>
        <p className={styles.detail}>{importing.introDetail}</p>
        <Choose variant="primary" label={importing.choose} />
      </div>
      <section>
        <h2 className={styles.howTitle}>{importing.howTitle}</h2>
        <ol className={styles.how}>
          {importing.how.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Choose({
  variant,
  label,
}: {
  readonly variant: 'primary' | 'secondary';
  readonly label: string;
}): ReactElement {
  const engine = useEngine();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button variant={variant} wide={variant === 'secondary'} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".zip,.txt,application/zip,text/plain"
        onChange={({ target }) => {
          void imports.add(engine, [...(target.files ?? [])]);
          // The same file may be chosen again.
          target.value = '';
        }}
      />
    </>
  );
}

function Footer({ items }: { readonly items: readonly ImportItem[] }): ReactElement | undefined {
  const { importing } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const offered = items.filter(isOffered);
  const answered = offered.filter(isAnswered);
  const isBusy = items.some(({ stage }) => ['looking', 'waiting', 'running'].includes(stage));
  if (items.some(({ stage }) => stage === 'running')) return undefined;
  const count = Math.max(1, offered.length);
  return (
    <>
      {answered.length < offered.length && <Note>{importing.answerFirst}</Note>}
      {offered.length > 0 && (
        <Button
          variant="primary"
          wide
          disabled={answered.length < offered.length || isBusy}
          onClick={() => void imports.start(engine)}
        >
          {importing.start(count, format)}
        </Button>
      )}
      {offered.length === 0 && items.some(({ stage }) => stage === 'done') && (
        <ButtonLink variant="primary" wide href="/">
          {importing.openAll}
        </ButtonLink>
      )}
      <Choose variant="secondary" label={importing.chooseMore} />
    </>
  );
}
