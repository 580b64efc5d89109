import { isStrongroomError, StrongroomError, utf8, type Bytes } from '@strongroom/core';
import { isCommonPassword } from './common-passwords.ts';
import { freeformProblem } from './precis.ts';

/** The fewest characters of a password that is chosen anew. */
export const leastCharacters = 8;

/** The most characters of any password, prepared. */
export const mostCharacters = 1024;

/**
 * Prepares a password by RFC 8265 OpaqueString, so that the same one typed on another device gives the same bytes:
 * every kind of space becomes U+0020, then NFC; case and width stay. The class is checked on the result, in the
 * order of RFC 8264 section 7, so that Hangul typed as single letters is composed rather than refused.
 * @returns UTF-8
 * @throws `weak-password` when it is empty, too long, or holds a character that passwords cannot have
 */
export function preparePassword(password: string): Bytes {
  return utf8(enforceOpaqueString(password));
}

/** Why a password must not be chosen, as the end of a sentence, or `null`. For entering one, only prepare it. */
export function passwordProblem(password: string): string | null {
  try {
    const prepared = enforceOpaqueString(password);
    if (countCharacters(prepared) < leastCharacters)
      return `it is shorter than ${leastCharacters} characters`;
    return isCommonPassword(prepared) ? 'it is one of the first that anybody would guess' : null;
  } catch (error) {
    if (isStrongroomError(error, 'weak-password')) return error.details.why;
    throw error;
  }
}

function enforceOpaqueString(password: string): string {
  // Normalising can grow a text: refuse the absurd before doing any work on it.
  if (password.length > 4 * mostCharacters) throw weak(`it is longer than ${mostCharacters} characters`);
  const prepared = password.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC');
  if (prepared === '') throw weak('it is empty');
  if (countCharacters(prepared) > mostCharacters)
    throw weak(`it is longer than ${mostCharacters} characters`);
  const problem = freeformProblem(prepared);
  if (problem) throw weak(problem);
  return prepared;
}

function countCharacters(text: string): number {
  return Array.from(text).length;
}

function weak(why: string): StrongroomError<'weak-password'> {
  return new StrongroomError('weak-password', { why });
}
