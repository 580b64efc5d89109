import { useSyncExternalStore } from 'react';

/** Whether the browser has a network at all. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      for (const event of ['online', 'offline']) addEventListener(event, listener);
      return () => {
        for (const event of ['online', 'offline']) removeEventListener(event, listener);
      };
    },
    () => navigator.onLine,
  );
}
