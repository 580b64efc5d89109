import { errorCodes, isStrongroomError, StrongroomError } from '@strongroom/core';
import type { Problem } from './contract.ts';

/** An error as plain data. Of one that is not ours, nothing but its kind crosses: its text may hold anything. */
export function toProblem(error: unknown): Problem {
  if (isStrongroomError(error)) return { code: error.code, details: { ...error.details } };
  if (isProblem(error)) return error;
  const where = error instanceof Error ? error.name : typeof error;
  return { code: 'bug', details: { where } };
}

/** The error that plain data says; anything else as it is. */
export function fromProblem(value: unknown): unknown {
  if (!isProblem(value)) return value;
  return new StrongroomError(value.code, value.details);
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null || value instanceof Error) return false;
  const { code, details } = value as Partial<Problem>;
  return code !== undefined && errorCodes.includes(code) && typeof details === 'object';
}
