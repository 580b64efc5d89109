import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { EtcdFailure, failureBefore, failureOf, type EtcdFailureCode } from './failure.ts';

interface Said {
  readonly text: string;
  readonly status: Code;
  readonly code: EtcdFailureCode;
  readonly unapplied: boolean;
  readonly retry: boolean;
}

// Texts and status codes of etcd 3.4, rpctypes/error.go.
const said: readonly Said[] = [
  ['etcdserver: no leader', Code.Unavailable, 'no-leader', true, true],
  ['raft proposal dropped', Code.Unknown, 'no-leader', true, true],
  ['etcdserver: too many requests', Code.ResourceExhausted, 'overloaded', true, true],
  ['etcdserver: invalid auth token', Code.Unauthenticated, 'stale-token', true, true],
  ['auth: invalid auth token', Code.Unknown, 'stale-token', true, true],
  ['etcdserver: revision of auth store is old', Code.InvalidArgument, 'stale-token', true, true],
  [
    'etcdserver: authentication failed, invalid user ID or password',
    Code.InvalidArgument,
    'not-authenticated',
    true,
    false,
  ],
  ['etcdserver: user name is empty', Code.InvalidArgument, 'not-authenticated', true, false],
  ['etcdserver: authentication is not enabled', Code.FailedPrecondition, 'not-authenticated', true, false],
  ['etcdserver: permission denied', Code.PermissionDenied, 'not-permitted', true, false],
  ['auth: permission denied', Code.Unknown, 'not-permitted', true, false],
  ['etcdserver: mvcc: required revision has been compacted', Code.OutOfRange, 'compacted', true, false],
  ['etcdserver: request is too large', Code.InvalidArgument, 'too-large', true, false],
  ['etcdserver: mvcc: database space exceeded', Code.ResourceExhausted, 'no-space', false, false],
  ['etcdserver: request timed out', Code.Unavailable, 'timeout', false, true],
  [
    'etcdserver: request timed out, possibly due to previous leader failure',
    Code.Unavailable,
    'timeout',
    false,
    true,
  ],
  ['etcdserver: leader changed', Code.Unavailable, 'no-leader', false, true],
  ['etcdserver: server stopped', Code.Unavailable, 'failed', false, true],
  ['etcdserver: something new', Code.Internal, 'failed', false, true],
  ['the operation timed out', Code.DeadlineExceeded, 'timeout', false, true],
  ['read ECONNRESET', Code.Aborted, 'disconnected', false, true],
  [
    'http/2 stream closed with error code REFUSED_STREAM (0x7)',
    Code.Unavailable,
    'disconnected',
    false,
    true,
  ],
].map(([text, status, code, unapplied, retry]) => ({ text, status, code, unapplied, retry }) as Said);

describe('a failure', () => {
  it.for(said)('“$text” is $code (unapplied: $unapplied, retry: $retry)', ({ text, status, ...meaning }) => {
    const cause = new ConnectError(text, status);
    expect(failureOf('https://one:2379', cause)).toMatchObject({ ...meaning, cause });
  });

  it('of something else than etcd is one that may have been applied', () => {
    expect(failureOf('', new TypeError('?'))).toMatchObject({
      code: 'failed',
      unapplied: false,
      retry: true,
    });
  });

  it('of which it is known that nothing was sent is surely unapplied', () => {
    const timeout = new ConnectError('the operation timed out', Code.DeadlineExceeded);
    expect(failureBefore('', timeout)).toMatchObject({ code: 'timeout', unapplied: true, retry: true });
    const failure = failureOf('', timeout);
    expect(failureBefore('', failure)).toMatchObject({ code: 'timeout', unapplied: true, cause: failure });
  });

  it('stays what it is, and names the endpoint and never a secret', () => {
    const failure = failureOf(
      'https://one:2379',
      new ConnectError('etcdserver: no leader', Code.Unavailable),
    );
    expect(failureOf('https://other:2379', failure)).toBe(failure);
    expect(failure).toBeInstanceOf(EtcdFailure);
    expect(failure.message).toBe('etcd at https://one:2379: no-leader');
  });
});
