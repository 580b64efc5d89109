import type { HsmProblem } from '@strongroom/core';
import { hsmError } from '../hsm-error.ts';

/** The return value of a PKCS#11 call that failed, such as `CKR_PIN_INCORRECT`; `undefined` for other errors. */
export function ckrOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Some calls of pkcs11js throw "CKR_NAME:number", others "CKR_NAME".
  return /^CKR_[A-Z0-9_]+/.exec(error.message)?.[0];
}

const stale: ReadonlySet<string | undefined> = new Set([
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SESSION_CLOSED',
  'CKR_USER_NOT_LOGGED_IN',
  'CKR_SLOT_ID_INVALID',
  'CKR_OBJECT_HANDLE_INVALID',
  'CKR_KEY_HANDLE_INVALID',
  'CKR_UNWRAPPING_KEY_HANDLE_INVALID',
  'CKR_WRAPPING_KEY_HANDLE_INVALID',
]);

/** Whether a call failed before it did anything, because session, login or object are gone: a new session helps. */
export function isStale(error: unknown): boolean {
  return stale.has(ckrOf(error));
}

const tooManyLogins =
  'The token lets officer and user in only one after the other. Stop what uses it, do this, then start it again.';

const advice: Readonly<Record<string, readonly [HsmProblem, string]>> = {
  CKR_PIN_INCORRECT: [
    'wrong-pin',
    'The token refused the PIN. Correct it before the next try: tokens lock after a few wrong ones.',
  ],
  CKR_PIN_LOCKED: [
    'wrong-pin',
    'The PIN of the token is locked: it was wrong too often. The security officer sets a new one, with the tool of the token’s maker.',
  ],
  CKR_PIN_EXPIRED: [
    'wrong-pin',
    'The PIN of the token has expired. Set a new one with the tool of its maker.',
  ],
  CKR_PIN_LEN_RANGE: ['wrong-pin', 'The token takes no PIN of that length. Correct the PIN first.'],
  CKR_PIN_INVALID: [
    'wrong-pin',
    'The PIN has characters that the token does not take. Correct the PIN first.',
  ],
  CKR_USER_PIN_NOT_INITIALIZED: [
    'wrong-pin',
    'The token has no user PIN yet. Set one with the tool of its maker.',
  ],
  CKR_USER_ANOTHER_ALREADY_LOGGED_IN: ['unavailable', tooManyLogins],
  CKR_SESSION_EXISTS: ['unavailable', tooManyLogins],
  CKR_SESSION_READ_ONLY_EXISTS: ['unavailable', tooManyLogins],
  CKR_KEY_NOT_WRAPPABLE: [
    'not-trusted',
    'The token does not let the key leave: its security officer has not marked the peer’s key as trusted.',
  ],
};

const gone: ReadonlySet<string> = new Set([
  'CKR_DEVICE_ERROR',
  'CKR_DEVICE_REMOVED',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_TOKEN_NOT_RECOGNIZED',
  'CKR_CRYPTOKI_NOT_INITIALIZED',
  'CKR_SESSION_COUNT',
]);

/** What the operator is told about a failed call. Errors that are not from PKCS#11 stay as they are. */
export function explain(error: unknown): unknown {
  const name = ckrOf(error);
  if (name === undefined) return error;
  const [problem, why] = advice[name] ?? other(name, error);
  return hsmError(problem, why, error);
}

function other(name: string, error: unknown): readonly [HsmProblem, string] {
  if (isGone(error) || isStale(error)) {
    return [
      'unavailable',
      `The token does not answer (${name}). Check that it is connected and running; the next request tries it again. If that does not help, start this program anew.`,
    ];
  }
  return [
    'refused',
    `The token refused (${name}). Its maker's manual or log says why; it may lack a mechanism, or forbid it.`,
  ];
}

/** Whether the token refused the PIN: the same one again and again would lock it. */
export function isPinRefused(error: unknown): boolean {
  return ckrOf(error)?.startsWith('CKR_PIN_') === true;
}

/** Whether the token itself does not answer, whatever the session. */
export function isGone(error: unknown): boolean {
  return gone.has(ckrOf(error) ?? '');
}
