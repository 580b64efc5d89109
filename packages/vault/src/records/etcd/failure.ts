import { Code, ConnectError } from '@connectrpc/connect';

/** What went wrong at one endpoint; for metrics, and for what is done next. */
export type EtcdFailureCode =
  | 'unreachable'
  | 'disconnected'
  | 'timeout'
  | 'no-leader'
  | 'overloaded'
  | 'stale-token'
  | 'not-authenticated'
  | 'not-permitted'
  | 'no-space'
  | 'compacted'
  | 'too-large'
  | 'other-cluster'
  | 'failed';

interface Meaning {
  readonly code: EtcdFailureCode;
  /** Whether the request surely was not, and will not be, carried out. */
  readonly unapplied: boolean;
  /** Whether another endpoint, or this one a little later, may do better. */
  readonly retry: boolean;
}

const refused = { unapplied: true, retry: false };
const postponed = { unapplied: true, retry: true };
const unclear = { unapplied: false, retry: true };

// Before what etcd says; care of a member is answered with what its authentication says inside.
const prefix = /^(etcdserver|auth): /;

// etcd says what it means by its text alone (rpctypes/error.go); several share a status code.
const meanings: readonly (readonly [text: string, meaning: Meaning])[] = [
  ['no leader', { code: 'no-leader', ...postponed }],
  // A member without a leader throws proposals away before they are in any log.
  ['raft proposal dropped', { code: 'no-leader', ...postponed }],
  ['too many requests', { code: 'overloaded', ...postponed }],
  ['invalid auth token', { code: 'stale-token', ...postponed }],
  ['revision of auth store is old', { code: 'stale-token', ...postponed }],
  ['authentication failed', { code: 'not-authenticated', ...refused }],
  ['authentication is not enabled', { code: 'not-authenticated', ...refused }],
  ['user name', { code: 'not-authenticated', ...refused }],
  ['permission denied', { code: 'not-permitted', ...refused }],
  ['mvcc: required revision has been compacted', { code: 'compacted', ...refused }],
  ['request is too large', { code: 'too-large', ...refused }],
  // The write that passes the quota is carried out and fails all the same.
  ['mvcc: database space exceeded', { code: 'no-space', unapplied: false, retry: false }],
  ['request timed out', { code: 'timeout', ...unclear }],
  ['leader changed', { code: 'no-leader', ...unclear }],
];

/** Why one endpoint did not do what it was asked. */
export class EtcdFailure extends Error implements Meaning {
  override readonly name = 'EtcdFailure';
  readonly code: EtcdFailureCode;
  readonly unapplied: boolean;
  readonly retry: boolean;

  constructor(endpoint: string, { code, unapplied, retry }: Meaning, cause?: unknown) {
    super(`etcd at ${endpoint}: ${code}`, { cause });
    this.code = code;
    this.unapplied = unapplied;
    this.retry = retry;
  }
}

/** What an error of a request means that may have reached etcd. */
export function failureOf(endpoint: string, error: unknown): EtcdFailure {
  return error instanceof EtcdFailure ? error : new EtcdFailure(endpoint, meaningOf(error), error);
}

/** What an error means of which it is known that the request itself was never sent. */
export function failureBefore(endpoint: string, error: unknown): EtcdFailure {
  const { code, retry } = failureOf(endpoint, error);
  return new EtcdFailure(endpoint, { code, unapplied: true, retry }, error);
}

function meaningOf(error: unknown): Meaning {
  if (!(error instanceof ConnectError)) return { code: 'failed', ...unclear };
  const said = error.rawMessage.replace(prefix, '');
  const known = meanings.find(([text]) => said.startsWith(text));
  return known?.[1] ?? { code: codeOf(error), ...unclear };
}

function codeOf({ code, rawMessage }: ConnectError): EtcdFailureCode {
  if (prefix.test(rawMessage)) return 'failed';
  return code === Code.DeadlineExceeded ? 'timeout' : 'disconnected';
}
