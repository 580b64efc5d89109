import { useSyncExternalStore } from 'react';

/** Whether a media query holds, as it is now. */
export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Whether two panes stand beside each other. */
export function useWide(): boolean {
  return useMediaQuery('(min-width: 900px)');
}
