import { Code, ConnectError } from '@connectrpc/connect';
import { isStrongroomError, type StrongroomError } from '@strongroom/core';
import { fromRpcError, notApplied } from '@strongroom/protocol';

/** Why a node did not do what it was asked; for metrics, and for what is done next. */
export type NodeFailureReason =
  /** A connection was refused: the request was surely not applied. */
  | 'unreachable'
  /** No connection in time: the same. */
  | 'no-connection'
  /** It says itself that it cannot serve now, and that the request was surely not applied. */
  | 'unavailable'
  /** It did not answer in time, or its store did not; it may have applied the request, or may yet do so. */
  | 'timeout'
  /** The connection ended before the answer; the same. */
  | 'disconnected'
  /** It refuses the front door's word, or has failed inside. */
  | 'refused'
  /** What it answered is not an answer. */
  | 'garbage';

/** A node failed; another one may do better. */
export class NodeFailure extends Error {
  override readonly name = 'NodeFailure';
  readonly reason: NodeFailureReason;
  /** What the node said itself, if it said anything that has a code. */
  readonly said: StrongroomError | undefined;
  /** For how long it asks to be left alone, milliseconds. */
  readonly retryAfter: number;

  constructor(site: string, reason: NodeFailureReason, cause?: unknown, retryAfter = 0) {
    super(`vault node ${site}: ${reason}`, { cause });
    this.reason = reason;
    this.said = isStrongroomError(cause) ? cause : undefined;
    this.retryAfter = retryAfter;
  }
}

/**
 * What an error of a request means that was sent to a node: a failure of the node, or, as a StrongroomError, a refusal
 * that every node would repeat. That is `malformed`, which the client brought about, and `too-many-requests`: to carry
 * what is over one node's limit to the next would make the limit five times as high.
 */
export function failureOf(site: string, error: unknown): NodeFailure | StrongroomError {
  if (error instanceof NodeFailure) return error;
  const said = saidBy(error);
  if (said === undefined) return new NodeFailure(site, reasonOf(error), error);
  if (isStrongroomError(said, 'malformed', 'too-many-requests')) return said;
  const unapplied = notApplied(error);
  if (isStrongroomError(said, 'unavailable'))
    return new NodeFailure(site, unapplied ? 'unavailable' : 'timeout', said, unapplied?.retryAfter);
  return new NodeFailure(site, 'refused', said);
}

/** The typed error in what a node answered; none when it is not the vault's service that spoke. */
export function saidBy(error: unknown): StrongroomError | undefined {
  const typed = fromRpcError(error, '');
  // These two mean that nothing typed came back.
  return isStrongroomError(typed, 'offline', 'cancelled') ? undefined : typed;
}

// What Connect makes of connections that end, and of answers that the vault's service did not type.
const reasons: Partial<Record<Code, NodeFailureReason>> = {
  [Code.DeadlineExceeded]: 'timeout',
  [Code.Unavailable]: 'unavailable',
  [Code.Aborted]: 'disconnected',
  [Code.Canceled]: 'disconnected',
  [Code.Internal]: 'refused',
  [Code.Unauthenticated]: 'refused',
  [Code.PermissionDenied]: 'refused',
  [Code.ResourceExhausted]: 'refused',
};

function reasonOf(error: unknown): NodeFailureReason {
  return reasons[ConnectError.from(error).code] ?? 'garbage';
}
