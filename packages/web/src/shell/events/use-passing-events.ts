import { useEffect, useRef } from 'react';
import { useToast } from '../../design/Toast.tsx';
import type { EventView } from '../../engine/contract.ts';
import { useWords } from '../../words/use-words.ts';
import { useEngineState } from '../engine.ts';
import { doerOf, kindOf, weightOf } from './event-kinds.ts';

// Clocks differ: what is at most so much older than the page counts as new, milliseconds.
const tolerance = 10_000;

/** Says in passing what makes little stir, as it comes: not what happened before the page was opened. */
export function usePassingEvents(): void {
  const words = useWords();
  const toast = useToast();
  const events = useEngineState('events');
  const openedAt = useRef(Date.now());
  const told = useRef(new Set<string>());
  useEffect(() => {
    const fresh = events.filter((event) => isPassing(event, openedAt.current) && !told.current.has(event.id));
    for (const event of fresh) {
      told.current.add(event.id);
      toast(words.events.kinds[kindOf(event)]);
    }
  }, [events, toast, words]);
}

function isPassing(event: EventView, openedAt: number): boolean {
  if (event.seen || event.at < openedAt - tolerance || doerOf(event)?.isThis === true) return false;
  return weightOf(event) === 'slight';
}
