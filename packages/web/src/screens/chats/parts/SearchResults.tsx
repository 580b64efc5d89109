import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { Avatar } from '../../../design/Avatar.tsx';
import { Empty } from '../../../design/Empty.tsx';
import { ProblemNotice } from '../../../design/ProblemNotice.tsx';
import { VirtualList } from '../../../design/VirtualList.tsx';
import type { SearchHit } from '../../../engine/contract.ts';
import { useEngine } from '../../../shell/engine.ts';
import { useFormat, useWords } from '../../../words/use-words.ts';
import row from './ChatRow.module.css';
import { Marked } from './Marked.tsx';
import styles from './SearchResults.module.css';
import { snippetOf } from './snippet.ts';
import { useRead } from './use-read.ts';

const limit = 200;
// So that not every letter is a search, milliseconds.
const pause = 120;

/** The messages of all chats that have some words in them, the newest first. */
export function SearchResults({ words }: { readonly words: string }): ReactElement {
  const { search } = useWords();
  const format = useFormat();
  const engine = useEngine();
  const typed = useSettled(words.trim(), pause);
  const read = useCallback(
    async () => ({ words: typed, hits: await engine.search(typed, { limit }) }),
    [engine, typed],
  );
  const { value, problem } = useRead(read);
  if (problem !== undefined)
    return (
      <div className={styles.problem}>
        <ProblemNotice problem={problem} />
      </div>
    );
  const found = value?.hits ?? [];
  const said = found.length === limit ? search.foundMore(limit, format) : search.found(found.length, format);
  return (
    <>
      <p role="status" className={styles.found}>
        {value !== undefined && said}
      </p>
      {value !== undefined && found.length === 0 ? (
        <Empty title={search.nothingTitle}>{search.nothing(value.words)}</Empty>
      ) : (
        <VirtualList
          label={search.results}
          count={found.length}
          estimate={68}
          render={(index) => <Hit hit={found[index]!} />}
          memory={`search ${value?.words ?? ''}`}
        />
      )}
    </>
  );
}

function Hit({ hit: { message, chatTitle, marks } }: { readonly hit: SearchHit }): ReactElement {
  const { chats, conversation } = useWords();
  const format = useFormat();
  const snippet = snippetOf(message.text, marks);
  const who = message.mine ? conversation.you : message.from;
  const named = who === undefined || who === chatTitle ? '' : chats.said(who, '');
  return (
    <Link href={`/chat/${message.chatId}?at=${message.position}&find`} className={row.row}>
      <Avatar name={chatTitle} />
      <span className={row.words}>
        <span className={row.line}>
          <span className={row.title} dir="auto">
            {chatTitle}
          </span>
          <time className={row.time}>{format.brief(message.at)}</time>
        </span>
        <span className={styles.text} dir="auto">
          {named}
          <Marked text={snippet.text} marks={snippet.marks} />
        </span>
      </span>
    </Link>
  );
}

function useSettled(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
