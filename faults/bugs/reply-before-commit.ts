import type { ServeHooks, Vault } from '@strongroom/vault';
import type { ServeRequest, ServeResponse } from '@strongroom/wire/vault';
import { committed } from './count-after-evaluating.ts';

type Serve = Vault['serve'];

/** Sends every write to the store, and answers without waiting for what becomes of it. */
export function replyBeforeCommit(serve: Serve): Serve {
  const early = (request: ServeRequest, hooks: ServeHooks = {}): Promise<ServeResponse> =>
    serve(request, {
      ...hooks,
      step: (name, run) => {
        if (name !== 'write') return hooks.step?.(name, run) ?? run();
        void Promise.resolve(run()).catch(() => undefined);
        return committed(run);
      },
    });
  return early;
}
