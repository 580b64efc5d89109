import { randomBytes, StrongroomError, wipe, type Random } from '@strongroom/core';
import { randomizePassword, store } from '../envelope.ts';
import { decodeElement } from '../group.ts';
import { argon2id, defaultArgon2id, type Stretch, type StretchParameters } from '../ksf.ts';
import type { RegistrationRecord } from '../messages.ts';
import { evaluate, OPRF } from '../oprf.ts';
import { vaultPassword, type ThresholdCredential } from './credential.ts';
import { checkDirectory, idLength, type Directory, type DirectoryVault } from './directory.ts';
import { sealKey } from './sealed-key.ts';
import { deal } from './shamir.ts';

/** What a registration is made of. */
export interface Registration {
  /** From `preparePassword`. */
  readonly password: Uint8Array;
  /** 16 bytes */
  readonly accountId: Uint8Array;
  /** 16 fresh random bytes. */
  readonly generation: Uint8Array;
  readonly directory: Directory;
  /** K, 32 bytes. */
  readonly backupKey: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly ownerPublicKey: Uint8Array;
  readonly argon2id?: StretchParameters;
  readonly stretch?: Stretch;
  readonly random?: Random;
}

/**
 * Registers a password at all vaults of a directory: deals a fresh OPRF key to them, and gives each its credential.
 * Nothing of it needs an answer from a vault. Takes as long as the stretching does.
 * @returns one credential per vault, in the order of `directory.vaults`
 * @throws `malformed` for sizes, a directory or parameters that make no sense
 */
export async function register(registration: Registration): Promise<readonly ThresholdCredential[]> {
  const { password, accountId, generation, directory, backupKey, ownerPublicKey } = registration;
  const { argon2id: parameters = defaultArgon2id, stretch = argon2id, random = randomBytes } = registration;
  checkRegistration(registration);
  const { key, keyShares, publicShares } = deal(directory.threshold, directory.vaults.length, random);
  const oprfOutput = evaluate(OPRF, key, password);
  const rwd = randomizePassword(oprfOutput, (input) => stretch(input, parameters));
  wipe(key, oprfOutput);
  const sealedKey = await sealKey(rwd, generation, accountId, backupKey);
  const shared = { generation, publicShares, sealedKey, ownerPublicKey, stretch: parameters };
  const credentials = directory.vaults.map((vault) => ({
    ...shared,
    index: vault.index,
    keyShare: keyShares[vault.index - 1]!,
    registrationRecord: storeAt(vault, rwd, accountId, random),
  }));
  wipe(rwd);
  return credentials;
}

function storeAt(
  { vaultId, akePublicKey }: DirectoryVault,
  rwd: Uint8Array,
  accountId: Uint8Array,
  random: Random,
): RegistrationRecord {
  const rwdOfVault = vaultPassword(rwd, vaultId);
  const identities = { serverIdentity: vaultId, clientIdentity: accountId };
  const stored = store(rwdOfVault, akePublicKey, identities, random);
  wipe(rwdOfVault, stored.exportKey);
  const { clientPublicKey, maskingKey, envelope } = stored;
  return { clientPublicKey, maskingKey, envelope };
}

function checkRegistration(registration: Registration): void {
  const { accountId, generation, directory, backupKey, ownerPublicKey, password } = registration;
  checkDirectory(directory);
  for (const { akePublicKey } of directory.vaults) decodeElement(akePublicKey, "a vault's AKE key");
  const sizes =
    accountId.length === idLength &&
    generation.length === idLength &&
    backupKey.length === 32 &&
    ownerPublicKey.length === 32 &&
    password.length > 0;
  if (!sizes) throw new StrongroomError('malformed', { what: 'what a registration is made of' });
}
