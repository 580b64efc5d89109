import { setTimeout as pause } from 'node:timers/promises';

// Of a machine that does many other things, milliseconds.
const patience = 20_000;

/** Looks again and again until there is something. @throws Error that names what never came */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + patience; Date.now() < end; await pause(20)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`no sign of ${what} in ${patience} ms`);
}
