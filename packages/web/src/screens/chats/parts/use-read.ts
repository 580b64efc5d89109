import { useEffect, useState } from 'react';
import type { Problem } from '../../../engine/contract.ts';
import { problemOf } from '../../../words/sentence-of.ts';

/** What was read; what was read before stays until the next is there. */
export interface Read<T> {
  readonly value?: T;
  readonly problem?: Problem;
}

/** Reads anew whenever `read` is another (`useCallback`). What came too late is dropped. */
export function useRead<T>(read: () => Promise<T>): Read<T> {
  const [state, setState] = useState<Read<T>>({});
  useEffect(() => {
    let late = false;
    read().then(
      (value) => !late && setState({ value }),
      (thrown: unknown) => !late && setState((before) => ({ ...before, problem: problemOf(thrown) })),
    );
    return () => {
      late = true;
    };
  }, [read]);
  return state;
}
