/** What may be chosen when turning on; several at once. */
export interface Choice {
  readonly password: boolean;
  readonly key64: boolean;
  readonly passkey: boolean;
}

/** One step of turning on. */
export type Step = 'choose' | 'key' | 'confirm' | 'passkey' | 'password' | 'done';

/** The steps for a choice, in order. The password comes last, so that it waits nowhere. */
export function stepsOf({ password, key64, passkey }: Choice): readonly Step[] {
  return [
    'choose',
    ...(key64 ? (['key', 'confirm'] as const) : []),
    ...(passkey ? (['passkey'] as const) : []),
    ...(password ? (['password'] as const) : []),
    'done',
  ];
}

/** The step after one. */
export function stepAfter(step: Step, choice: Choice): Step {
  const steps = stepsOf(choice);
  return steps[steps.indexOf(step) + 1] ?? 'done';
}

/** The step before one. */
export function stepBefore(step: Step, choice: Choice): Step {
  const steps = stepsOf(choice);
  return steps[Math.max(0, steps.indexOf(step) - 1)] ?? 'choose';
}
