import { storeOf, type Store } from './store.ts';
import { trustedScript } from './trusted-script.ts';

/** A newer version of the app, ready to be used. */
export interface Update {
  /** Uses it: loads the page again. */
  readonly use: () => void;
}

/** Keeps the app on this device, so that it opens without a network. @returns the newer version, once there is one */
export function keepOffline(): Store<Update | undefined> {
  const update = storeOf<Update | undefined>(undefined);
  if ('serviceWorker' in navigator && import.meta.env.PROD) void register((next) => update.set(next));
  return update;
}

async function register(tell: (update: Update) => void): Promise<void> {
  const registration = await navigator.serviceWorker.register(trustedScript('/sw.js')).catch(() => undefined);
  if (registration === undefined) return;
  const look = (): void => {
    // The first one that is installed is no update.
    const { waiting } = registration;
    if (waiting !== null && navigator.serviceWorker.controller !== null) tell({ use: () => change(waiting) });
  };
  look();
  registration.addEventListener('updatefound', () =>
    registration.installing?.addEventListener('statechange', look),
  );
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') registration.update().catch(() => {});
  });
}

function change(waiting: ServiceWorker): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  const tell: (message: string) => void = waiting.postMessage.bind(waiting);
  tell('skip waiting');
}
