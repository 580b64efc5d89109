import { useCallback, useRef, useState } from 'react';
import type { Problem } from '../engine/contract.ts';
import { problemOf } from '../words/sentence-of.ts';

/** Something that a person set going. */
export interface Command {
  /** Runs it, unless it runs already. @returns whether it went well */
  readonly run: (deed: () => Promise<unknown>) => Promise<boolean>;
  readonly busy: boolean;
  /** How the last one failed: for a `ProblemNotice`. */
  readonly problem?: Problem;
  /** Forgets the problem, because something was typed. */
  readonly clear: () => void;
}

/** Runs what a button sets going: busy while it runs, its error as a problem. */
export function useCommand(): Command {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const running = useRef(false);
  const run = useCallback(async (deed: () => Promise<unknown>): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      await deed();
      return true;
    } catch (thrown) {
      setProblem(problemOf(thrown));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setProblem(undefined), []);
  return { run, busy, clear, ...(problem && { problem }) };
}
