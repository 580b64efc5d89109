import { useCallback, useEffect, useState } from 'react';
import type { Problem, SearchHit } from '../../../engine/contract.ts';
import { useEngine } from '../../../shell/engine.ts';
import { problemOf } from '../../../words/sentence-of.ts';
import type { Marks } from './snippet.ts';

/** More than these are not looked for. */
export const mostHits = 1000;
// So that not every letter is a search, milliseconds.
const pause = 150;

/** A search within a chat. */
export interface Find {
  readonly words: string;
  readonly setWords: (words: string) => void;
  /** The newest first; absent while it was not searched yet. */
  readonly hits?: readonly SearchHit[];
  /** Which of the hits one is at. */
  readonly current: number;
  readonly go: (index: number) => void;
  readonly marksAt: (position: number) => Marks | undefined;
  readonly problem?: Problem;
}

interface Found {
  readonly words: string;
  readonly hits: readonly SearchHit[];
  readonly current: number;
}

/**
 * Searches within a chat.
 * @param first the words at the beginning
 * @param at the position that one has come to: the first hit is the one there
 */
export function useFind(chatId: number, first: string, at: number | undefined): Find {
  const engine = useEngine();
  const [words, setWords] = useState(first);
  const [found, setFound] = useState<Found>();
  const [problem, setProblem] = useState<Problem>();
  const wanted = words.trim();
  useEffect(() => {
    if (wanted === '') return undefined;
    let late = false;
    const search = async (): Promise<void> => {
      try {
        const hits = byNewest(await engine.search(wanted, { chatId, limit: mostHits }));
        if (late) return;
        const here = hits.findIndex(({ message }) => message.position === at);
        setFound({ words: wanted, hits, current: wanted === first.trim() && here > 0 ? here : 0 });
        setProblem(undefined);
      } catch (thrown) {
        if (!late) setProblem(problemOf(thrown));
      }
    };
    const timer = setTimeout(() => void search(), pause);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [engine, chatId, wanted, first, at]);
  const shown = wanted === '' ? undefined : found;
  const go = useCallback((current: number) => setFound((now) => now && { ...now, current }), []);
  return {
    words,
    setWords,
    current: shown?.current ?? 0,
    go,
    marksAt: (position) => shown?.hits.find(({ message }) => message.position === position)?.marks,
    ...(shown && { hits: shown.hits }),
    ...(problem && { problem }),
  };
}

function byNewest(hits: readonly SearchHit[]): readonly SearchHit[] {
  return hits.toSorted((a, b) => b.message.position - a.message.position);
}
