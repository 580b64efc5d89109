import { StrongroomError } from '@strongroom/core';
import type { LocalProcess } from './local-process.ts';
import { isFree } from './ports.ts';
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

/** @throws StrongroomError `wrong-usage` when another program listens at one of these ports */
export async function free(ports: readonly number[], whose: string): Promise<void> {
  for (const port of ports) {
    if (await isFree(port)) continue;
    const why = `Port ${port} of 127.0.0.1, which is of ${whose}, is taken by another program. End that program, or make another fleet with --data.`;
    throw new StrongroomError('wrong-usage', { why });
  }
}
