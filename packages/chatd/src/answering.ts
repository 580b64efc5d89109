import type { ConnectError, HandlerContext } from '@connectrpc/connect';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import { toRpcError } from '@strongroom/protocol';
import { callerAddress } from './caller-address.ts';
import type { Limits } from './limits/limits.ts';
import type { Span } from './span.ts';

/** Told how requests fare and what happened at the vaults; never to whom. */
export interface FrontDoorObserver {
  /** A request ended: `ok`, or with the code of an error, after so many milliseconds. */
  readonly onRequest?: (method: string, outcome: string, milliseconds: number) => void;
  readonly onEvent?: (kind: string) => void;
}

/** What writes logs. */
export interface FrontDoorLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What stands round every handler. */
export interface AnsweringOptions {
  readonly log: FrontDoorLog;
  readonly observer: FrontDoorObserver;
  readonly span: Span;
  readonly limits: Limits | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One method of a service. */
export type Handler<Request, Response> = (request: Request, context: HandlerContext) => Promise<Response>;

/** A handler that is limited, traced, counted and logged, and that throws what Connect carries. */
export function answering<Request, Response>(
  { log, observer, span, limits, now }: AnsweringOptions,
  handler: Handler<Request, Response>,
): Handler<Request, Response> {
  return async (request, context) => {
    const { name } = context.method;
    const began = performance.now();
    const ended = (outcome: string): void => observer.onRequest?.(name, outcome, performance.now() - began);
    try {
      const leave = limits?.enter(context.values.get(callerAddress), now());
      try {
        const response = await span(name, {}, () => handler(request, context));
        log.info({ method: name }, 'served');
        ended('ok');
        return response;
      } finally {
        leave?.();
      }
    } catch (error) {
      const known = isStrongroomError(error);
      if (known) log.info({ method: name, refused: error.code }, 'refused');
      else log.error({ method: name, err: error }, 'failed');
      const told = known ? error : new StrongroomError('bug', { where: name }, { cause: error });
      ended(told.code);
      throw withRetryAfter(toRpcError(told), told, now());
    }
  };
}

// Seconds, RFC 9110 section 10.2.3: for what stands between, which does not read our errors.
function withRetryAfter(rpcError: ConnectError, error: StrongroomError, now: number): ConnectError {
  const { action } = error;
  if (action.do === 'wait') {
    const seconds = Math.max(1, Math.ceil((action.until - now) / 1000));
    rpcError.metadata.set('retry-after', String(seconds));
  }
  if (error.code === 'unavailable') rpcError.metadata.set('retry-after', '1');
  return rpcError;
}
