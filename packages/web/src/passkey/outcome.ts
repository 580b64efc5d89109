/** Why a passkey could not be made or used. */
export type PasskeyFailure =
  /** The browser, or this address, knows no passkeys. */
  | 'unsupported'
  /** The person, or the device in the person's name, said no; browsers do not tell these apart. */
  | 'cancelled'
  /** It can sign in, but gives no secret that could protect a key (no PRF). */
  | 'no-secret'
  /** This authenticator already has one for this backup. */
  | 'known';

/** What came of asking an authenticator. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: PasskeyFailure };

/** A failure. */
export function failed(why: PasskeyFailure): { readonly ok: false; readonly why: PasskeyFailure } {
  return { ok: false, why };
}

/** Runs a ceremony; what the browser throws becomes a failure. Anything that is no `DOMException` is thrown on. */
export async function outcomeOf<T>(ceremony: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await ceremony();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return failed(failureOf(error.name));
  }
}

/** What a browser's error means (WebAuthn level 3, sections 5.1.3 and 5.1.4). */
export function failureOf(name: string): PasskeyFailure {
  if (name === 'InvalidStateError') return 'known';
  if (name === 'NotAllowedError' || name === 'AbortError' || name === 'TimeoutError') return 'cancelled';
  if (name === 'ConstraintError') return 'no-secret';
  return 'unsupported';
}
