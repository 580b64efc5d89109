import {
  parseKey,
  type Passkey,
  type Proof as ClientProof,
  type Unlocking as ClientUnlocking,
} from '@strongroom/client';
import { Secret } from '@strongroom/core';
import type { PasskeyProof, Proof, Unlocking } from '../contract.ts';

/** What the page says, with its secrets wrapped. @throws StrongroomError `malformed-key` */
export function toUnlocking(unlocking: Unlocking, tryUnfinished: boolean): ClientUnlocking {
  if (unlocking.way === 'password')
    return { way: 'password', password: new Secret(unlocking.password), tryUnfinished };
  if (unlocking.way === 'key') return { way: 'key', key: parseKey(unlocking.digits) };
  const { credentialId, prfOutput } = unlocking.passkey;
  return { way: 'passkey', credentialId, prfOutput: new Secret(prfOutput) };
}

/** @throws StrongroomError `malformed-key` */
export function toProof(proof: Proof): ClientProof {
  return proof.way === 'device-lock' ? proof : toUnlocking(proof, false);
}

/** @param relyingParty the host that the page comes from, which its passkeys are for */
export function toPasskey(proof: PasskeyProof, relyingParty: string): Passkey {
  const { credentialId, prfInput, prfOutput, name } = proof;
  return { credentialId, prfInput, prfOutput: new Secret(prfOutput), name, relyingParty };
}
