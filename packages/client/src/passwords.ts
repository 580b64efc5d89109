import { StrongroomError, type Bytes, type Secret } from '@strongroom/core';
import { passwordProblem, preparePassword, ready } from '@strongroom/opaque';

/** Prepares a typed password for the vaults. */
export async function prepare(password: Secret<string>): Promise<Bytes> {
  await ready();
  return preparePassword(password.reveal());
}

/** A password that was chosen, typed twice. */
export interface ChosenPassword {
  readonly password: Secret<string>;
  readonly again: Secret<string>;
}

/**
 * Prepares a chosen password for the vaults.
 * @throws StrongroomError `weak-password` when it is too easy to guess, or the two typings differ
 */
export async function prepareChosen({
  password,
  again,
}: ChosenPassword): Promise<{ password: Bytes; again: Bytes }> {
  await ready();
  const problem = passwordProblem(password.reveal());
  if (problem !== null) throw new StrongroomError('weak-password', { why: problem });
  if (password.reveal() !== again.reveal()) {
    throw new StrongroomError('wrong-usage', {
      why: 'The two passwords are not the same. Nothing was changed.',
    });
  }
  return { password: preparePassword(password.reveal()), again: preparePassword(again.reveal()) };
}
