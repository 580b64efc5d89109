import { useCallback } from 'react';
import { useLocation, type AroundNavHandler } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';

/** What the app notes in each entry of the history. */
interface Entry {
  /** Steps since the page was opened. */
  readonly depth: number;
  /** Its own name, for what is remembered of it. */
  readonly key: string;
}

function entryOf(state: unknown): Entry {
  const { depth, key } = (state ?? {}) as Partial<Entry>;
  return { depth: depth ?? 0, key: key ?? 'first' };
}

/** Notes depth and name in every step, so that "back" knows whether there is a step of ours to take back. */
export const notingSteps: AroundNavHandler = (navigate, to, options) => {
  const { depth, key } = entryOf(history.state);
  const replaced = options?.replace === true;
  const state: Entry = replaced ? { depth, key } : { depth: depth + 1, key: crypto.randomUUID() };
  navigate(to, { ...options, state });
};

/** The entry of the history that is seen. */
export function useEntry(): Entry {
  return entryOf(useHistoryState<unknown>());
}

/** Goes to a screen. `replace`: without a way back to this one. */
export type Go = (path: string, options?: { readonly replace?: boolean }) => void;

/** What goes to a screen. */
export function useGo(): Go {
  const [, navigate] = useLocation();
  return navigate;
}

/** What goes back as a phone does: a step of ours back, or up to the parent when the page was opened here. */
export function useGoBack(): (parent: string) => void {
  const go = useGo();
  return useCallback(
    (parent) => {
      if (entryOf(history.state).depth > 0) history.back();
      else go(parent, { replace: true });
    },
    [go],
  );
}
