/** How many digits a group of a 64-digit key has. */
export const groupLength = 4;

/** How many groups a 64-digit key has. */
export const groupCount = 16;

// Longer than this is not a slip of the hand; it is not looked at any further.
const mostTyped = 1000;

const lookAlikes: Readonly<Record<string, string>> = {
  O: 'the letter O where a zero (0) may be meant',
  o: 'the letter o where a zero (0) may be meant',
  I: 'a capital i where a one (1) may be meant',
  l: 'a small L where a one (1) may be meant',
};

/** The parts of a typed text: spaces, line breaks and dashes of every kind separate them. */
export function partsOf(typed: string): string[] {
  return typed.split(/[\s\p{Pd}]+/u).filter((part) => part !== '');
}

/** Why digits cannot be those of a key, as the end of a sentence, or `null`. Capitals are forgiven. */
export function characterProblem(digits: string): string | null {
  const wrong = /[^0-9a-f]/iu.exec(digits)?.[0];
  if (wrong === undefined) return null;
  const meant = lookAlikes[wrong];
  return meant === undefined ? 'has a character that is not 0-9 or a-f' : `has ${meant}`;
}

/** Why a group has not the length of one, as the end of a sentence, or `null`. */
export function lengthProblem(digits: string): string | null {
  if (digits.length === groupLength) return null;
  return digits.length < groupLength ? 'is too short' : 'is too long';
}

/** Why what was typed for one group cannot be it, as the end of a sentence, or `null`. */
export function groupProblem(typed: string): string | null {
  if (typed.length > mostTyped) return 'is too long';
  const digits = partsOf(typed).join('');
  return digits === '' ? 'is empty' : (characterProblem(digits) ?? lengthProblem(digits));
}
