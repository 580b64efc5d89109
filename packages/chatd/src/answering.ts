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
  /** A stream ended. */
  readonly onStream?: (method: string, outcome: string, milliseconds: number) => void;
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

/** A method that answers with a stream. */
export type StreamHandler<Request, Response> = (
  request: Request,
  context: HandlerContext,
) => AsyncIterable<Response>;

/**
 * The same round a stream: limited when it begins, counted and logged when it ends. It is under way for as long as
 * somebody listens, so that it counts not as a request under way.
 */
export function answeringStream<Request, Response>(
  options: AnsweringOptions,
  handler: StreamHandler<Request, Response>,
): StreamHandler<Request, Response> {
  const { log, observer, limits, now } = options;
  return async function* (request, context) {
    const { name } = context.method;
    const began = performance.now();
    const ended = (outcome: string): void => observer.onStream?.(name, outcome, performance.now() - began);
    try {
      limits?.enter(context.values.get(callerAddress), now())();
      yield* handler(request, context);
      log.info({ method: name }, 'streamed');
      ended('ok');
    } catch (error) {
      const told = typed(options, name, error);
      ended(told.code);
      throw withRetryAfter(toRpcError(told), told, now());
    }
  };
}

/** A handler that is limited, traced, counted and logged, and that throws what Connect carries. */
export function answering<Request, Response>(
  options: AnsweringOptions,
  handler: Handler<Request, Response>,
): Handler<Request, Response> {
  const { log, observer, span, limits, now } = options;
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
      const told = typed(options, name, error);
      ended(told.code);
      throw withRetryAfter(toRpcError(told), told, now());
    }
  };
}

function typed({ log }: AnsweringOptions, name: string, error: unknown): StrongroomError {
  if (isStrongroomError(error)) {
    log.info({ method: name, refused: error.code }, 'refused');
    return error;
  }
  log.error({ method: name, err: error }, 'failed');
  return new StrongroomError('bug', { where: name }, { cause: error });
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
