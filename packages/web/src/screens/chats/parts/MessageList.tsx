import { ArrowDown } from 'lucide-react';
import {
  memo,
  useCallback,
  useEffect,
  useRef,
  useState,
  type ReactElement,
  type RefObject,
  type UIEvent,
} from 'react';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { VirtualList, type ScrollTarget } from '../../../design/VirtualList.tsx';
import type { ChatView, MessageView } from '../../../engine/contract.ts';
import { useWords } from '../../../words/use-words.ts';
import { Bubble } from './Bubble.tsx';
import styles from './MessageList.module.css';
import type { Marks } from './snippet.ts';
import { useMessages } from './use-messages.ts';

// While one scrolls, what is seen already stays as it is.
const Row = memo(Bubble);

/** The messages of a chat, from its end, however many there are. */
export function MessageList({
  chat,
  target,
  onTarget,
  marksAt,
  onOpen,
}: {
  readonly chat: ChatView;
  readonly target: ScrollTarget | undefined;
  readonly onTarget: (target: ScrollTarget) => void;
  readonly marksAt: (position: number) => Marks | undefined;
  readonly onOpen: (message: MessageView) => void;
}): ReactElement {
  const { conversation } = useWords();
  const { at, show, problem } = useMessages(chat.id);
  const [atEnd, setAtEnd] = useState(true);
  const staying = useStayingAtEnd();
  const { messages: count } = chat;
  const onRange = useCallback(
    (from: number, to: number) => {
      show(from, to);
      setAtEnd(to >= count);
    },
    [show, count],
  );
  const render = (index: number): ReactElement => {
    const message = at(index);
    if (message === undefined) return <div className={styles.unread} />;
    const marks = marksAt(index);
    return (
      <Row
        message={message}
        before={at(index - 1)}
        isGroup={chat.isGroup}
        isTarget={target?.align === 'center' && target.index === index}
        onOpen={onOpen}
        {...(marks && { marks })}
      />
    );
  };
  return (
    <div className={styles.messages} {...staying}>
      {problem && (
        <div className={styles.problem}>
          <ProblemNotice problem={problem} />
        </div>
      )}
      <VirtualList
        label={conversation.messages}
        count={count}
        estimate={52}
        startAt="end"
        render={render}
        onRange={onRange}
        {...(target && { scrollTo: target })}
      />
      {!atEnd && (
        <button
          type="button"
          aria-label={conversation.latest}
          title={conversation.latest}
          onClick={() => onTarget({ index: count - 1, align: 'end' })}
          className={styles.latest}
        >
          <ArrowDown size={22} aria-hidden />
        </button>
      )}
    </div>
  );
}

// Pixels from the end that still are the end.
const nearEnd = 48;

// Whoever reads the newest message still sees it when a keyboard or a bar takes some of the room.
function useStayingAtEnd(): {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly onScrollCapture: (event: UIEvent) => void;
} {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const scroller = element.querySelector('[role=region]');
      if (isAtEnd.current && scroller !== null) scroller.scrollTop = scroller.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return {
    ref: box,
    onScrollCapture: ({ target }) => {
      const { scrollHeight, scrollTop, clientHeight } = target as Element;
      isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearEnd;
    },
  };
}
