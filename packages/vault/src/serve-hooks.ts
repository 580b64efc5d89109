import type { VaultRequest } from '@strongroom/wire/vault';
import type { Outcome } from './rules/situation.ts';

/** What serving a request consists of, in order. A conflict repeats `read` to `write`. */
export type ServeStep = 'check-token' | 'open' | 'read' | 'apply' | 'write' | 'forget' | 'seal';

/** The kind of a request; `unknown` when it asks for nothing that this version knows. */
export type RequestKind = NonNullable<VaultRequest['request']['case']> | 'unknown';

/**
 * Told how one request is served, for metrics, traces and limits. Nothing here names an account. What a hook throws
 * ends the request, so that it is not applied if that happens before its `write`.
 */
export interface ServeHooks {
  /** Must call `run` once and return what that returns; or throw before it. */
  readonly step?: <T>(step: ServeStep, run: () => T) => T;
  /** The account token holds, and is of this tenant. */
  readonly onTenant?: (tenant: string) => void;
  readonly onKind?: (kind: RequestKind) => void;
  /** A guess was refused because its tenant had too many that failed in this hour. */
  readonly onCap?: () => void;
  /** What the rules made of it, durable if it was to be written. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

/** Runs a step as the hooks want it. */
export function inStep<T>({ step }: ServeHooks, name: ServeStep, run: () => T): T {
  return step === undefined ? run() : step(name, run);
}
