import { Ban } from 'lucide-react';
import type { ReactElement } from 'react';
import avatar from '../../../design/Avatar.module.css';
import { classNames } from '../../../design/class-names.ts';
import { hueOf } from '../../../design/initials.ts';
import type { MessageView } from '../../../engine/contract.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import { Attachment } from './Attachment.tsx';
import styles from './Bubble.module.css';
import { Marked } from './Marked.tsx';
import { isSameDay } from './position-at.ts';
import type { Marks } from './snippet.ts';

/** What a message in its chat is given. */
export interface BubbleProps {
  readonly message: MessageView;
  /** The one before it; absent at the beginning. */
  readonly before: MessageView | undefined;
  readonly isGroup: boolean;
  readonly marks?: Marks;
  /** One has come to see it. */
  readonly isTarget?: boolean;
  readonly onOpen: (message: MessageView) => void;
}

/** A message, with the day above it when it is the first of that day. */
export function Bubble({ message, before, isGroup, marks, isTarget, onOpen }: BubbleProps): ReactElement {
  const format = useFormat();
  const newDay = before === undefined ? message.position === 0 : !isSameDay(before.at, message.at);
  const follows = !newDay && before !== undefined && isSamePerson(before, message);
  return (
    <>
      {newDay && (
        <div className={styles.day}>
          <time dateTime={new Date(message.at).toISOString()}>{format.day(message.at)}</time>
        </div>
      )}
      {message.kind === 'system' ? (
        <p className={classNames(styles.notice, isTarget === true && styles.target)}>
          <Notice message={message} marks={marks} />
        </p>
      ) : (
        <div
          className={classNames(
            styles.row,
            message.mine && styles.mine,
            follows && styles.follows,
            isTarget === true && styles.target,
          )}
        >
          <div className={styles.bubble}>
            <Who message={message} isShown={isGroup && !follows} />
            {message.media && (
              <Attachment message={message} media={message.media} onOpen={() => onOpen(message)} />
            )}
            <Said message={message} marks={marks} />
          </div>
        </div>
      )}
    </>
  );
}

function Notice({
  message: { notice, text },
  marks,
}: {
  readonly message: MessageView;
  readonly marks: Marks | undefined;
}): ReactElement {
  const { conversation } = useWords();
  if (notice !== undefined) return <>{conversation.notices[notice]}</>;
  return <Marked text={text} {...(marks && { marks })} />;
}

function Who({
  message: { mine, from = '' },
  isShown,
}: {
  readonly message: MessageView;
  readonly isShown: boolean;
}): ReactElement {
  const { conversation } = useWords();
  if (mine || !isShown || from === '')
    return <span className="visually-hidden">{mine ? conversation.you : from}: </span>;
  return (
    <span className={avatar[`hue${hueOf(from)}`]}>
      <span className={styles.name} dir="auto">
        {from}
      </span>
    </span>
  );
}

function Said({
  message,
  marks,
}: {
  readonly message: MessageView;
  readonly marks: Marks | undefined;
}): ReactElement {
  const { conversation } = useWords();
  const format = useFormat();
  const deleted = message.mine ? conversation.deletedMine : conversation.deleted;
  return (
    <div className={styles.said}>
      {message.kind === 'deleted' ? (
        <span className={styles.deleted}>
          <Ban size={16} aria-hidden />
          {deleted}
        </span>
      ) : (
        message.text !== '' && (
          <span className={styles.text} dir="auto">
            <Marked text={message.text} links {...(marks && { marks })} />
          </span>
        )
      )}
      <span className={styles.meta}>
        {message.edited && <>{conversation.edited} </>}
        <time dateTime={new Date(message.at).toISOString()} title={format.moment(message.at)}>
          {format.time(message.at)}
        </time>
      </span>
    </div>
  );
}

function isSamePerson(a: MessageView, b: MessageView): boolean {
  return a.kind !== 'system' && a.mine === b.mine && a.from === b.from;
}
