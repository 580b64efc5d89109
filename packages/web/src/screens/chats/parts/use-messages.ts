import { useCallback, useEffect, useRef, useState } from 'react';
import type { MessageView, Problem } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { problemOf } from '../../../words/sentence-of.ts';
import { messageAt, neighboursOf, pagesOf, pageSize, withPage, type Pages } from './pages.ts';

/** The messages of a chat, read where one looks. */
export interface Messages {
  /** A message, if it was read. */
  readonly at: (position: number) => MessageView | undefined;
  /** Tells which rows are seen, `from` included, `to` not. */
  readonly show: (from: number, to: number) => void;
  readonly problem?: Problem;
}

/** Reads the messages of a chat a page at a time, again when they changed. */
export function useMessages(chatId: number): Messages {
  const engine = useEngine();
  const { revision } = useEngineState('chats');
  const [seen, setSeen] = useState<readonly number[]>([]);
  const [pages, setPages] = useState<Pages>(new Map());
  const [problem, setProblem] = useState<Problem>();
  const asked = useRef(new Map<number, number>());
  useEffect(() => {
    const read = async (number: number): Promise<void> => {
      if (asked.current.get(number) === revision) return;
      asked.current.set(number, revision);
      try {
        const messages = await engine.messages(chatId, number * pageSize, (number + 1) * pageSize);
        setPages((before) => withPage(before, number, { revision, messages }));
        setProblem(undefined);
      } catch (thrown) {
        asked.current.delete(number);
        setProblem(problemOf(thrown));
      }
    };
    if (seen.length > 0) for (const number of [...seen, ...neighboursOf(seen)]) void read(number);
  }, [engine, chatId, revision, seen]);
  useEffect(() => {
    // What was dropped is asked for again when one comes back to it.
    const near = [...seen, ...neighboursOf(seen)];
    for (const number of asked.current.keys())
      if (!pages.has(number) && !near.includes(number)) asked.current.delete(number);
  }, [pages, seen]);
  return {
    at: useCallback((position: number) => messageAt(pages, position), [pages]),
    // Most steps of scrolling stay within the pages that are seen already.
    show: useCallback((from: number, to: number) => {
      const next = to > 0 ? pagesOf(from, to) : [];
      setSeen((before) => (String(before) === String(next) ? before : next));
    }, []),
    ...(problem && { problem }),
  };
}
