import {
  parseKey,
  type Passkey,
  type Proof as ClientProof,
  type Unlocking as ClientUnlocking,
} from '@strongroom/client';
import { Secret, StrongroomError } from '@strongroom/core';
import type { PasskeyProof, Proof } from '../contract.ts';

/** What the page says, with its secrets wrapped. @throws StrongroomError `malformed-key` */
export function toUnlocking(unlocking: Proof, tryUnfinished: boolean): ClientUnlocking {
  if (unlocking.way === 'password')
    return { way: 'password', password: new Secret(unlocking.password), tryUnfinished };
  if (unlocking.way === 'key') return { way: 'key', key: parseKey(unlocking.digits) };
  const { credentialId, prfOutput } = unlocking.passkey;
  return { way: 'passkey', credentialId, prfOutput: new Secret(prfOutput) };
}

const ways: readonly unknown[] = ['password', 'key', 'passkey'] satisfies Proof['way'][];

/** @throws StrongroomError `malformed-key`; `proof-needed` for what is no proof, such as a page's word */
export function toProof(proof: Proof | undefined): ClientProof {
  if (proof && ways.includes(proof.way)) return toUnlocking(proof, false);
  throw new StrongroomError('proof-needed', { until: null });
}

/** @param relyingParty the host that the page comes from, which its passkeys are for */
export function toPasskey(proof: PasskeyProof, relyingParty: string): Passkey {
  const { credentialId, prfInput, prfOutput, name } = proof;
  return { credentialId, prfInput, prfOutput: new Secret(prfOutput), name, relyingParty };
}
