import { Paperclip, SendHorizontal, X } from 'lucide-react';
import { useRef, useState, type FormEvent, type KeyboardEvent, type ReactElement } from 'react';
import { IconButton } from '../../../design/IconButton.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { useEngine } from '../../../shell/engine.ts';
import { useMediaQuery } from '../../../shell/media-query.ts';
import { useCommand } from '../../../shell/use-command.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import styles from './Composer.module.css';

// As WhatsApp's own.
const mostLetters = 65_536;

/** Where one writes. What is written stays on this device, and comes into its backups. */
export function Composer({
  chatId,
  onSent,
}: {
  readonly chatId: number;
  readonly onSent: () => void;
}): ReactElement {
  const { conversation } = useWords();
  const engine = useEngine();
  const { run, busy, problem, clear } = useCommand();
  const [text, setText] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const onTouch = useMediaQuery('(pointer: coarse)');
  const form = useRef<HTMLFormElement>(null);
  const last = useRef(Promise.resolve());
  const nothing = text.trim() === '' && files.length === 0;
  // One after the other; meanwhile one may write the next. What fails comes back into the field.
  const keep = async (said: string, sent: readonly File[]): Promise<void> => {
    if (await run(() => engine.send(chatId, said, sent))) return onSent();
    setText((now) => (now === '' ? said : `${said}\n${now}`));
    setFiles((now) => [...sent, ...now]);
  };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (nothing) return;
    last.current = last.current.then(() => keep(text.trim(), files));
    setText('');
    setFiles([]);
  };
  const onKey = (event: KeyboardEvent): void => {
    // On a touch keyboard Enter is the only way to a new line.
    if (event.key !== 'Enter' || event.shiftKey || onTouch || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };
  return (
    <form ref={form} onSubmit={send} className={styles.composer}>
      {problem && <ProblemNotice problem={problem} />}
      <Chosen files={files} onChange={setFiles} />
      <div className={styles.line}>
        <Attach onFiles={(more) => setFiles([...files, ...more])} />
        <textarea
          value={text}
          rows={1}
          maxLength={mostLetters}
          dir="auto"
          aria-label={conversation.write}
          placeholder={conversation.write}
          onChange={(event) => {
            setText(event.target.value);
            clear();
          }}
          onKeyDown={onKey}
          onPaste={(event) => {
            const pasted = [...event.clipboardData.files];
            if (pasted.length > 0) setFiles([...files, ...pasted]);
          }}
          className={styles.text}
        />
        <IconButton
          type="submit"
          icon={SendHorizontal}
          label={conversation.send}
          disabled={nothing}
          aria-busy={busy || undefined}
        />
      </div>
    </form>
  );
}

function Attach({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }): ReactElement {
  const { conversation } = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon={Paperclip} label={conversation.attach} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-hidden
        tabIndex={-1}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          // The same file may be chosen again.
          target.value = '';
        }}
      />
    </>
  );
}

function Chosen({
  files,
  onChange,
}: {
  readonly files: readonly File[];
  readonly onChange: (files: readonly File[]) => void;
}): ReactElement | undefined {
  const { conversation } = useWords();
  const format = useFormat();
  if (files.length === 0) return undefined;
  return (
    <ul className={styles.files}>
      {files.map((file, index) => (
        <li key={index} className={styles.file}>
          <span className={styles.name}>{file.name}</span>
          <span className={styles.size}>{format.size(file.size)}</span>
          <button
            type="button"
            aria-label={conversation.remove(file.name)}
            onClick={() => onChange(files.filter((other) => other !== file))}
            className={styles.remove}
          >
            <X size={16} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
