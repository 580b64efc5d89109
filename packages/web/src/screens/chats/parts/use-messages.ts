import { useCallback, useEffect, useRef, useState } from 'react';
import type { MessageView, Problem } from '../../../engine/contract.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { problemOf } from '../../../words/sentence-of.ts';
import { messageAt, pagesOf, pageSize, withPage, type Pages } from './pages.ts';

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
  const { revision } = useEngineState().chats;
  const [range, setRange] = useState({ from: 0, to: 0 });
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
    if (range.to > 0) for (const number of pagesOf(range.from, range.to)) void read(number);
  }, [engine, chatId, revision, range]);
  useEffect(() => {
    // What was dropped is asked for again when one comes back to it.
    for (const number of asked.current.keys())
      if (!pages.has(number) && !pagesOf(range.from, range.to).includes(number)) asked.current.delete(number);
  }, [pages, range]);
  return {
    at: useCallback((position: number) => messageAt(pages, position), [pages]),
    show: useCallback((from: number, to: number) => setRange({ from, to }), []),
    ...(problem && { problem }),
  };
}
