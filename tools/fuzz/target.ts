import { type Bytes, type ErrorCode, StrongroomError, toHex } from '@strongroom/core';
import type { Rng } from './rng.ts';

/** What came of an input. */
export type Outcome = 'accepted' | 'refused';

/** A decoder, and where its inputs come from. */
export interface FuzzTarget {
  readonly name: string;
  /** How many inputs it gets for one of the slowest. */
  readonly share: number;
  /**
   * Makes an input, decodes it and checks what comes out.
   * @throws anything when the decoder did what it must not
   */
  run(rng: Rng): Promise<Outcome> | Outcome;
}

/** Which errors an input may end in. */
export interface Refusals {
  readonly codes: readonly ErrorCode[];
  /** Texts of plain errors that are as good as a code: what a store did wrong, for its operator. */
  readonly texts?: readonly string[];
  /** Must be in no error, nor in its causes. */
  readonly secrets?: readonly Bytes[];
}

/** Runs a decoder. @throws every error but those allowed, those that tell a secret, and what `check` finds */
export async function decoding<T>(
  decode: () => Promise<T> | T,
  check: (decoded: T) => unknown,
  allowed: readonly ErrorCode[] | Refusals,
): Promise<Outcome> {
  const refusals: Refusals = 'codes' in allowed ? allowed : { codes: allowed };
  let decoded: T;
  try {
    decoded = await decode();
  } catch (error) {
    if (!isAllowed(error, refusals)) throw error;
    tellsNothing(error, refusals.secrets ?? []);
    return 'refused';
  }
  await check(decoded);
  return 'accepted';
}

/** @throws Error, in these words */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not true: ${what}`);
}

function isAllowed(error: unknown, { codes, texts = [] }: Refusals): boolean {
  if (error instanceof StrongroomError) return codes.includes(error.code);
  return error instanceof Error && texts.includes(error.message);
}

/** @throws Error when an error, or one of its causes, holds a secret: as hex, base64, numbers or text */
export function tellsNothing(error: unknown, secrets: readonly Bytes[]): void {
  if (secrets.length === 0) return;
  const text = allThatIsSaid(error).toLowerCase();
  for (const secret of secrets) {
    for (const form of formsOf(secret)) must(!text.includes(form), 'no error tells a secret');
  }
}

function allThatIsSaid(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = JSON.stringify(error, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  return `${error.stack} ${own} ${error.cause === undefined ? '' : allThatIsSaid(error.cause)}`;
}

function formsOf(secret: Bytes): readonly string[] {
  const text = String.fromCharCode(...secret);
  return [toHex(secret), btoa(text).replace(/=+$/, '').toLowerCase(), secret.join(','), text.toLowerCase()];
}
