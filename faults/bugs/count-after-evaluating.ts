import { setTimeout as pause } from 'node:timers/promises';
import type { RequestKind, ServeHooks, Vault } from '@strongroom/vault';
import type { ServeRequest, ServeResponse } from '@strongroom/wire/vault';

type Serve = Vault['serve'];

// Between the answer and the count, milliseconds.
const delay = 30;

/** Answers a guess first and counts it afterwards. */
export function countAfterEvaluating(serve: Serve): Serve {
  const early = async (request: ServeRequest, hooks: ServeHooks = {}): Promise<ServeResponse> => {
    let isLate = false;
    let kind: RequestKind = 'unknown';
    const step: NonNullable<ServeHooks['step']> = (name, run) => {
      if (name !== 'write' || kind !== 'begin') return hooks.step?.(name, run) ?? run();
      isLate = true;
      return committed(run);
    };
    const onKind = (told: RequestKind): void => {
      kind = told;
      hooks.onKind?.(told);
    };
    const response = await serve(request, { ...hooks, step, onKind });
    if (isLate) void pause(delay).then(() => serve(request).catch(() => undefined));
    return response;
  };
  return early;
}

/** What a write would answer that went well; it is not made. */
export function committed<T>(_write: () => T): T {
  return Promise.resolve('committed') as T;
}
