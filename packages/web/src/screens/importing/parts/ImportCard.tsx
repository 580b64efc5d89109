import { Check, CircleAlert, FileText, X } from 'lucide-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { Avatar } from '../../../design/Avatar.tsx';
import { Button, ButtonLink } from '../../../design/Button.tsx';
import { Card, RowGroup } from '../../../design/Card.tsx';
import { IconButton } from '../../../design/IconButton.tsx';
import { Notice } from '../../../design/Notice.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { Progress } from '../../../design/Progress.tsx';
import { RadioRows } from '../../../design/RadioRows.tsx';
import { Note } from '../../../design/Stack.tsx';
import type { ExportPreview, TaskView } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import styles from './ImportCard.module.css';
import { imports, type Choices, type ImportItem } from './import-queue.ts';

// So many names are shown at first.
const namesAtFirst = 6;

/** A file that is to be imported, is being imported, or was. */
export function ImportCard({ item }: { readonly item: ImportItem }): ReactElement {
  switch (item.stage) {
    case 'looking':
      return <Looking item={item} />;
    case 'unreadable':
      return <Unreadable item={item} />;
    case 'running':
      return <Running item={item} />;
    case 'waiting':
      return <Waiting preview={item.preview} />;
    case 'done':
      return <Done item={item} />;
    case 'ready':
    case 'failed':
  }
  return <Asking item={item} />;
}

function Looking({ item }: { readonly item: ImportItem }): ReactElement {
  const { importing } = useWords();
  return (
    <Plain item={item}>
      <Progress label={importing.looking} />
    </Plain>
  );
}

function Waiting({ preview }: { readonly preview: ExportPreview }): ReactElement {
  const { importing } = useWords();
  return (
    <Preview preview={preview}>
      <Note>{importing.waiting}</Note>
    </Preview>
  );
}

function Plain({
  item: { id, file },
  children,
}: {
  readonly item: ImportItem;
  readonly children: ReactNode;
}): ReactElement {
  const { importing } = useWords();
  return (
    <Card>
      <div className={styles.head}>
        <FileText size={22} aria-hidden className={styles.icon} />
        <h2 className={styles.title}>{file.name}</h2>
        <IconButton icon={X} label={importing.remove(file.name)} onClick={() => imports.remove(id)} />
      </div>
      {children}
    </Card>
  );
}

function Unreadable({
  item,
}: {
  readonly item: ImportItem & { readonly stage: 'unreadable' };
}): ReactElement {
  const { importing } = useWords();
  const { file, problem } = item;
  if (problem.code !== 'malformed' && problem.code !== 'not-an-export')
    return (
      <Plain item={item}>
        <ProblemNotice problem={problem} />
      </Plain>
    );
  const what = problem.code === 'malformed' ? importing.damaged : importing.notAChat;
  const say = /\.crypt\d+$/i.test(file.name) ? importing.encrypted : what;
  return (
    <Plain item={item}>
      <p role="alert" className={styles.wrong}>
        <CircleAlert size={18} aria-hidden />
        {say(file.name)}
      </p>
    </Plain>
  );
}

function Preview({
  preview,
  end,
  children,
}: {
  readonly preview: ExportPreview;
  readonly end?: ReactNode;
  readonly children?: ReactNode;
}): ReactElement {
  const { importing } = useWords();
  const format = useFormat();
  const { title, isGroup, participants, from, to, mediaBytes, unreadLines } = preview;
  const names = format.list(participants.slice(0, 4));
  const more = participants.length - 4;
  return (
    <Card>
      <div className={styles.head}>
        <Avatar name={title} isGroup={isGroup} />
        <h2 className={styles.title} dir="auto">
          {title}
        </h2>
        {end}
      </div>
      <ul className={styles.facts}>
        {isGroup && participants.length > 0 && (
          <li>
            {importing.people(
              more > 0 ? importing.andMore(participants.slice(0, 4).join(', '), more, format) : names,
            )}
          </li>
        )}
        <li>{importing.contents(preview, format.size(mediaBytes), format)}</li>
        {preview.messages > 0 && <li>{importing.span(format.date(from), format.date(to))}</li>}
        {unreadLines > 0 && <li>{importing.unread(unreadLines, format)}</li>}
      </ul>
      {children}
    </Card>
  );
}

function Asking({
  item,
}: {
  readonly item: Extract<ImportItem, { readonly stage: 'ready' | 'failed' }>;
}): ReactElement {
  const { importing } = useWords();
  const { id, file, preview, choices } = item;
  const remove = (
    <IconButton icon={X} label={importing.remove(file.name)} onClick={() => imports.remove(id)} />
  );
  const choose = (next: Choices): void => imports.choose(id, next);
  return (
    <Preview preview={preview} end={remove}>
      {item.stage === 'failed' && item.problem.code === 'cancelled' && (
        <p role="status">{importing.stopped(preview.title)}</p>
      )}
      {item.stage === 'failed' && item.problem.code !== 'cancelled' && (
        <>
          <p>{importing.failed(preview.title)}</p>
          {item.problem.code === 'malformed' ? (
            <Notice tone="danger" live>
              {importing.damaged(file.name)}
            </Notice>
          ) : (
            <ProblemNotice problem={item.problem} />
          )}
        </>
      )}
      {preview.participants.length > 0 && (
        <WhichIsMe preview={preview} me={choices.me} onMe={(me) => choose({ me })} />
      )}
      {preview.dayOrderUnclear && (
        <DayOrder
          preview={preview}
          dayFirst={choices.dayFirst}
          onChoose={(dayFirst) => choose({ dayFirst })}
        />
      )}
    </Preview>
  );
}

function WhichIsMe({
  preview: { participants },
  me,
  onMe,
}: {
  readonly preview: ExportPreview;
  readonly me: string | null | undefined;
  readonly onMe: (me: string | null) => void;
}): ReactElement {
  const { importing } = useWords();
  const format = useFormat();
  const [all, setAll] = useState(participants.length <= namesAtFirst + 1);
  const first = participants.slice(0, namesAtFirst);
  const shown = all
    ? participants
    : [...first, ...(typeof me === 'string' && !first.includes(me) ? [me] : [])];
  // A name may be any text: numbers keep it apart from "none of them".
  const options = shown.map((name) => ({ value: String(participants.indexOf(name)), label: name }));
  const chosen = typeof me === 'string' ? participants.indexOf(me) : -1;
  return (
    <RowGroup title={importing.me}>
      <RadioRows
        label={importing.me}
        value={me === undefined ? undefined : String(chosen)}
        options={[...options, { value: '-1', label: importing.nobody }]}
        onChange={(value) => onMe(participants[Number(value)] ?? null)}
      />
      {!all && (
        <Button variant="quiet" onClick={() => setAll(true)}>
          {importing.allPeople(participants.length, format)}
        </Button>
      )}
    </RowGroup>
  );
}

function DayOrder({
  preview,
  dayFirst,
  onChoose,
}: {
  readonly preview: ExportPreview;
  readonly dayFirst: boolean | undefined;
  readonly onChoose: (dayFirst: boolean) => void;
}): ReactElement {
  const { importing } = useWords();
  const example = examplesOf(preview.to);
  return (
    <RowGroup title={importing.dayTitle} note={importing.dayText}>
      <RadioRows
        label={importing.dayTitle}
        value={dayFirst === undefined ? undefined : dayFirst ? 'day' : 'month'}
        options={[
          { value: 'day', label: importing.dayFirst, detail: example.dayFirst },
          { value: 'month', label: importing.monthFirst, detail: example.monthFirst },
        ]}
        onChange={(value) => onChoose(value === 'day')}
      />
    </RowGroup>
  );
}

function examplesOf(at: number): { dayFirst: string; monthFirst: string } {
  const time = new Date(at);
  const [day, month, year] = [time.getDate(), time.getMonth() + 1, time.getFullYear() % 100];
  return { dayFirst: `${day}/${month}/${year}`, monthFirst: `${month}/${day}/${year}` };
}

function Running({
  item,
}: {
  readonly item: ImportItem & { readonly preview: ExportPreview };
}): ReactElement {
  const { importing, common } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const task = useEngineState('task');
  const own = task?.kind === 'import' ? task : undefined;
  const part = partOf(own);
  const cancel = (): void => {
    imports.stop();
    void engine.cancel();
  };
  return (
    <Card>
      <Progress
        label={importing.running(item.preview.title)}
        {...(part !== undefined && { value: part })}
        detail={
          own && own.filesTotal > 0 ? importing.files(own.filesDone, own.filesTotal, format) : undefined
        }
      />
      <div className={styles.foot}>
        <Note>{importing.leave}</Note>
        <Button busy={own?.status === 'cancelling'} onClick={cancel}>
          {common.cancel}
        </Button>
      </div>
    </Card>
  );
}

function partOf(task: TaskView | undefined): number | undefined {
  if (task === undefined) return undefined;
  if (task.bytesTotal > 0) return task.bytesDone / task.bytesTotal;
  return task.filesTotal > 0 ? task.filesDone / task.filesTotal : undefined;
}

function Done({ item }: { readonly item: ImportItem & { readonly stage: 'done' } }): ReactElement {
  const { importing } = useWords();
  const format = useFormat();
  const { preview, result, wasThere } = item;
  const isNew = result.messages + result.media > 0;
  return (
    <Card>
      <div className={styles.head}>
        <Check size={22} aria-hidden className={styles.done} />
        <p role="status" className={styles.title}>
          {isNew ? importing.done(preview.title, result, format) : importing.doneNothing(preview.title)}
        </p>
      </div>
      {isNew && wasThere && <Note>{importing.added}</Note>}
      {result.unreadLines > 0 && <Note>{importing.unread(result.unreadLines, format)}</Note>}
      <div className={styles.foot}>
        <ButtonLink href={`/chat/${result.chatId}`}>{importing.open}</ButtonLink>
      </div>
    </Card>
  );
}
