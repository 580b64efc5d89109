import { readFileSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import { StrongroomError } from '@strongroom/core';
import { defaultPolicy } from '@strongroom/vault';
import { PolicySchema, type Policy } from '@strongroom/wire/vault';

const maxGuessLimit = 100;
const maxSeconds = 365 * 86_400;

/**
 * Reads a policy: `guessLimit`, `waits` (seconds after failures 5, 6, …; `[]` for none), `replacementDelay` (seconds).
 * What is left out stays as it is by default.
 * @throws StrongroomError `wrong-usage` that names the field
 */
export function readPolicyFile(path: string): Policy {
  const { guessLimit, waits, replacementDelay, ...unknown } = readJson(path);
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) throw wrong(path, `knows no "${stranger}"`);
  return create(PolicySchema, {
    ...defaultPolicy,
    ...(guessLimit !== undefined && { guessLimit: count(guessLimit, 1, maxGuessLimit, path, 'guessLimit') }),
    ...(waits !== undefined && { waits: list(waits, path).map((wait) => milliseconds(wait, path, 'waits')) }),
    ...(replacementDelay !== undefined && {
      replacementDelay: milliseconds(replacementDelay, path, 'replacementDelay'),
    }),
  });
}

function readJson(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new StrongroomError(
      'wrong-usage',
      { why: `The policy in ${path} cannot be read as JSON.` },
      { cause },
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw wrong(path, 'is not a JSON object');
}

function list(value: unknown, path: string): unknown[] {
  if (Array.isArray(value) && value.length <= maxGuessLimit) return value;
  throw wrong(path, 'needs a list of seconds as "waits"');
}

function milliseconds(value: unknown, path: string, field: string): bigint {
  return BigInt(Math.round(number(value, 0, maxSeconds, path, field) * 1000));
}

function count(value: unknown, least: number, most: number, path: string, field: string): number {
  if (Number.isInteger(value)) return number(value, least, most, path, field);
  throw wrong(path, `needs a whole number as "${field}"`);
}

function number(value: unknown, least: number, most: number, path: string, field: string): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw wrong(path, `needs a number from ${least} to ${most} as "${field}"`);
}

function wrong(path: string, what: string): StrongroomError {
  return new StrongroomError('wrong-usage', { why: `The policy in ${path} ${what}.` });
}
