import { isStrongroomError, StrongroomError } from '@strongroom/core';

/** Reads what the options of a command line say. All throw StrongroomError `wrong-usage`, which shows the usage. */
export interface ArgumentReader {
  /** Runs a parser, whose errors are wrong usage. */
  readonly orUsage: <T>(parse: () => T) => T;
  /** A number from 1 to `most`, 9999 where it is left out. */
  readonly count: (option: string, text: string, most?: number) => number;
  /** Known words with commas between them, each once; all of them for `undefined`. */
  readonly listOf: <T extends string>(
    option: string,
    text: string | undefined,
    known: readonly T[],
  ) => readonly T[];
  readonly oneOf: <T extends string>(option: string, word: string, known: readonly T[]) => T;
}

/** A reader for a command with this usage. */
export function readArguments(usage: string): ArgumentReader {
  const wrong = (why: string, cause?: unknown): StrongroomError =>
    new StrongroomError('wrong-usage', { why: `${why}\n${usage}` }, { cause });

  function orUsage<T>(parse: () => T): T {
    try {
      return parse();
    } catch (cause) {
      if (isStrongroomError(cause)) throw cause;
      throw wrong(cause instanceof Error ? cause.message : String(cause), cause);
    }
  }

  function count(option: string, text: string, most = 9999): number {
    const number = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Infinity;
    if (number <= most) return number;
    throw wrong(`${option} takes a number from 1 to ${most}, not "${text}".`);
  }

  function oneOf<T extends string>(option: string, word: string, known: readonly T[]): T {
    const found = known.find((name) => name === word);
    if (found !== undefined) return found;
    throw wrong(`${option} takes ${known.join(', ')}, not "${word}".`);
  }

  function listOf<T extends string>(
    option: string,
    text: string | undefined,
    known: readonly T[],
  ): readonly T[] {
    if (text === undefined) return known;
    return [...new Set(text.split(',').map((word) => oneOf(option, word.trim(), known)))];
  }

  return { orUsage, count, listOf, oneOf };
}
