import type { Engine } from './contract.ts';

// What the service worker says when the browser has woken it.
const due = 'look whether a backup is due';
const tag = 'backup';
// Milliseconds; the browser makes it longer as it sees fit.
const atLeast = 12 * 3_600_000;

/** What browsers that have Periodic Background Sync add to a registration; others have nothing there. */
interface PeriodicSync {
  readonly periodicSync?: {
    register(tag: string, options: { readonly minInterval: number }): Promise<void>;
  };
}

/**
 * Has the browser wake the app now and then, where it can: an installed app that is open in the background then looks
 * whether a backup is due. A closed one cannot be backed up: files of the origin are locked to a page's worker.
 */
export async function wakeNowAndThen(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  // It ends never where none is registered: nobody waits for it.
  const { periodicSync } = (await navigator.serviceWorker.ready) as PeriodicSync;
  try {
    await periodicSync?.register(tag, { minInterval: atLeast });
  } catch {
    // The browser, or the person, does not allow it.
  }
}

/** Passes on to the engine that the browser has woken the app. @returns what ends it */
export function followWaking({ wake }: Pick<Engine, 'wake'>): () => void {
  if (!('serviceWorker' in navigator)) return () => undefined;
  const { serviceWorker } = navigator;
  const hear = ({ data }: MessageEvent<unknown>): void => {
    if (data === due) wake().catch(() => undefined);
  };
  serviceWorker.addEventListener('message', hear);
  return () => serviceWorker.removeEventListener('message', hear);
}
