import type { BackupView, Proof } from '../../../engine/contract.ts';

/** A way to show that it's you. */
export type ProofWay = Proof['way'];

/** The ways that prove something now, the handiest first. A password that is locked, or was set without a proof, is none. */
export function waysToProve({ ways, vault, passwordProvesFrom }: BackupView): ProofWay[] {
  const password = ways.password && vault?.locked !== true && passwordProvesFrom === undefined;
  return [
    ...(password ? (['password'] as const) : []),
    ...(ways.passkeys.length > 0 ? (['passkey'] as const) : []),
    ...(ways.key64 === 'kept' ? (['key'] as const) : []),
  ];
}
