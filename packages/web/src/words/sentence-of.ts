import { isStrongroomError } from '@strongroom/core';
import type { Problem } from '../engine/contract.ts';
import type { Words } from './en.ts';
import type { Format } from './format.ts';

/** What an error says to the person, without its code. */
export function sentenceOf({ code, details }: Problem, words: Words, format: Format): string {
  const sentence: (details: Problem['details'], format: Format) => string = words.errors[code] as never;
  return sentence(details, format);
}

/** What was thrown, as a problem: what the engine threw is one; anything else is a bug. */
export function problemOf(thrown: unknown): Problem {
  if (isProblem(thrown)) return thrown;
  if (isStrongroomError(thrown)) return { code: thrown.code, details: { ...thrown.details } };
  return { code: 'bug', details: { where: thrown instanceof Error ? thrown.name : 'the app' } };
}

function isProblem(thrown: unknown): thrown is Problem {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    'details' in thrown &&
    !(thrown instanceof Error)
  );
}
