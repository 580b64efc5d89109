import { createContextKey, type ContextKey } from '@connectrpc/connect';

/** The internet address a request comes from; empty where there is no network. */
export const callerAddress: ContextKey<string> = createContextKey('', {
  description: 'the caller’s address',
});
