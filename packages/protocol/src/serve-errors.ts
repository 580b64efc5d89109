import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { isStrongroomError } from '@strongroom/core';
import { NotAppliedSchema, type NotApplied } from '@strongroom/wire/vault';
import { toRpcError } from './rpc-errors.ts';

const mostRetryAfter = 3_600_000;

/**
 * An error of a request that a vault node surely did not apply, nor ever will: the front door may send the request
 * again. Without this detail, whether it was applied is not known.
 * @param retryAfter milliseconds after which this node may be asked again; 0: it does not say
 */
export function toNotApplied(error: unknown, retryAfter = 0): ConnectError {
  const plain = toRpcError(error);
  const detail = create(NotAppliedSchema, { retryAfter: Math.min(Math.ceil(retryAfter), mostRetryAfter) });
  return copy(plain, plain.code, { desc: NotAppliedSchema, value: detail });
}

/**
 * An error of a request that may have been applied. `unavailable` goes out as Connect's DeadlineExceeded then, so
 * that Unavailable never means anything but "not applied".
 */
export function toMaybeApplied(error: unknown): ConnectError {
  const plain = toRpcError(error);
  if (!isStrongroomError(error, 'unavailable')) return plain;
  return copy(plain, Code.DeadlineExceeded);
}

/** What a vault node says of a request that it did not apply; `undefined` when it may have been applied. */
export function notApplied(error: unknown): NotApplied | undefined {
  return ConnectError.from(error).findDetails(NotAppliedSchema)[0];
}

function copy(error: ConnectError, code: Code, ...more: ConnectError['details']): ConnectError {
  const made = new ConnectError(error.rawMessage, code, undefined, undefined, error.cause);
  made.details = [...error.details, ...more];
  return made;
}
