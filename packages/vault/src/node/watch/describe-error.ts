import { isStrongroomError } from '@strongroom/core';

const mostCauses = 5;
const mostText = 300;
const mostFrames = 6;

/** An error for the log. */
export interface DescribedError {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  /** Places in the program. */
  readonly at: readonly string[];
  readonly cause?: DescribedError;
}

/**
 * An error and its causes for the log: what happened and where. Whatever in its text could name somebody, such as
 * identifiers, tokens and numbers, is left out.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, message: '', at: [] };
  const code = isStrongroomError(error) ? error.code : (error as { readonly code?: string | number }).code;
  const described = { name: error.name, message: withoutIdentifiers(error.message), at: framesOf(error) };
  return {
    ...described,
    ...((typeof code === 'string' || typeof code === 'number') && { code: withoutIdentifiers(String(code)) }),
    ...(error.cause !== undefined && depth < mostCauses && { cause: describeError(error.cause, depth + 1) }),
  };
}

// What identifiers are written in: runs of digits, of hexadecimal digits, of base64, and lists of bytes.
const digits = /\+?\d{7,}/;
const hexadecimal = /\b[0-9a-fA-F]{12,}\b/;
const base64 = /(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[\d+/=_-])[\w+/=-]{20,}/;
const bytes = /(?:\d{1,3},\s*){8,}\d{1,3}/;
const identifiers = new RegExp(
  [bytes, hexadecimal, base64, digits].map(({ source }) => source).join('|'),
  'g',
);

function withoutIdentifiers(text: string): string {
  return text
    .slice(0, 10 * mostText)
    .replaceAll(identifiers, '[…]')
    .slice(0, mostText);
}

function framesOf({ stack = '' }: Error): readonly string[] {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.slice(0, mostFrames).map((line) => line.trim());
}
