import { storeOf, type Store } from './store.ts';
import { trustedScript } from './trusted-script.ts';

/** A newer version of the app, ready to be used. */
export interface Update {
  /** Uses it: loads the page again. Never called but by the person, who may be in the middle of something. */
  readonly use: () => void;
}

/** Whether the app comes from this device. */
export function isKept(): boolean {
  return isSecureContext && navigator.serviceWorker?.controller !== null;
}

type Tell = (update: Update) => void;

// How often a page that stays open asks for a newer version, milliseconds.
const askEvery = 3_600_000;

/**
 * Keeps the app on this device, so that it opens without a network.
 * @param after what must not wait for all of it to be read in: on a slow network that takes a while
 * @returns the newer version, once there is one
 */
export function keepOffline(after: Promise<void>): Store<Update | undefined> {
  const update = storeOf<Update | undefined>(undefined);
  if ('serviceWorker' in navigator && import.meta.env.PROD) void register(after, (next) => update.set(next));
  return update;
}

async function register(after: Promise<void>, tell: Tell): Promise<void> {
  await after;
  const { serviceWorker } = navigator;
  tellOfOtherTabs(tell);
  const registration = await serviceWorker.register(trustedScript('/sw.js')).catch(() => undefined);
  if (registration === undefined) return;
  const look = (): void => {
    // The first one that is installed is no update.
    const { waiting } = registration;
    if (waiting !== null && serviceWorker.controller !== null) tell({ use: () => change(waiting) });
  };
  const follow = (): void => registration.installing?.addEventListener('statechange', look);
  look();
  follow();
  registration.addEventListener('updatefound', follow);
  askNowAndThen(registration);
}

function askNowAndThen(registration: ServiceWorkerRegistration): void {
  const ask = (): void => void registration.update().catch(() => undefined);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && ask());
  setInterval(ask, askEvery);
}

// Another tab has changed the version: what this page has not read in yet may be gone, so it is told, too.
function tellOfOtherTabs(tell: Tell): void {
  const { serviceWorker } = navigator;
  // The first one that takes over is no change.
  let controlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (controlled) tell({ use: () => location.reload() });
    controlled = true;
  });
}

function change(waiting: ServiceWorker): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  const tell: (message: string) => void = waiting.postMessage.bind(waiting);
  tell('skip waiting');
}
