import type { LocalProcess } from './local-process.ts';
import type { VaultState } from './status.ts';

// Milliseconds.
const askWithin = 2000;

/** How a process is, by what it says of its readiness. */
export async function stateAt(one: LocalProcess, adminUrl: string): Promise<VaultState> {
  if (one.pid === undefined) return 'down';
  try {
    const answer = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(askWithin) });
    return (await answer.text()).trim();
  } catch {
    return 'starting';
  }
}

/** Whether a process says that it is ready; `undefined` when not. */
export async function isReady(adminUrl: string): Promise<true | undefined> {
  try {
    const { ok } = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(askWithin) });
    return ok || undefined;
  } catch {
    return undefined;
  }
}
