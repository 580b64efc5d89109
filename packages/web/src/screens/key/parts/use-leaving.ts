import { useEffect, useState } from 'react';

/** Whether one is being asked before something is left behind, and what to answer. */
export interface Leaving {
  readonly asked: boolean;
  readonly stay: () => void;
  readonly leave: () => void;
}

/**
 * Holds whoever leaves the screen, by whatever link, button or gesture, while something would be lost. Where the browser
 * has no Navigation API, only closing and loading anew are held.
 */
export function useLeaving(holds: boolean): Leaving {
  const [wanted, setWanted] = useState<NavigationDestination>();
  useEffect(() => {
    if (!holds) return undefined;
    const closing = (event: Event): void => event.preventDefault();
    const going = (event: NavigateEvent): void => {
      if (!event.cancelable || wanted !== undefined || isSameScreen(event)) return;
      event.preventDefault();
      setWanted(event.destination);
    };
    addEventListener('beforeunload', closing);
    if ('navigation' in globalThis) navigation.addEventListener('navigate', going);
    return () => {
      removeEventListener('beforeunload', closing);
      if ('navigation' in globalThis) navigation.removeEventListener('navigate', going);
    };
  }, [holds, wanted]);
  return {
    asked: wanted !== undefined,
    stay: () => setWanted(undefined),
    leave: () => wanted && goOn(wanted),
  };
}

// Saving a file and following a mark in the page leave nothing.
function isSameScreen({ downloadRequest, destination }: NavigateEvent): boolean {
  return downloadRequest !== null || new URL(destination.url).pathname === location.pathname;
}

function goOn({ key, url }: NavigationDestination): void {
  if (key) navigation.traverseTo(key);
  else history.pushState(history.state, '', new URL(url).pathname);
}
