import {
  equalBytes,
  randomBytes,
  Secret,
  StrongroomError,
  wipe,
  type Bytes,
  type Random,
} from '@strongroom/core';
import { authClientStart } from '../ake.ts';
import type { Element, Scalar } from '../group.ts';
import { blind, OPRF } from '../oprf.ts';
import { mostVaults } from './directory.ts';

/** What the client keeps of one guess until the vaults have answered. */
export interface RetrievalState {
  readonly password: Secret<Bytes>;
  readonly blind: Secret<Scalar>;
  /** B, the same in every KE1. */
  readonly blindedElement: Element;
  /** One for each vault that is asked. */
  readonly requests: readonly VaultRequest[];
  /** KE1 for a vault: 96 bytes. @throws `malformed` for a vault that was not named at the beginning */
  readonly ke1For: (vaultId: Uint8Array) => Bytes;
}

/** KE1 for one vault (96 bytes), and what only the client may know of it. */
export interface VaultRequest {
  readonly vaultId: Uint8Array;
  readonly ke1: Bytes;
  readonly clientSecret: Secret<Scalar>;
}

/** What a retrieval is begun with. */
export interface RetrievalBegin {
  /** From `preparePassword`. */
  readonly password: Uint8Array;
  /** The vaults to ask, at most 8; 16 bytes each. */
  readonly vaultIds: readonly Uint8Array[];
  readonly random?: Random;
}

/** Begins a guess of a password. Spends nothing yet. @throws `malformed` for no vaults or too many */
export function beginRetrieval({ password, vaultIds, random = randomBytes }: RetrievalBegin): RetrievalState {
  if (vaultIds.length < 1 || vaultIds.length > mostVaults)
    throw malformed(`a number of ${vaultIds.length} vaults`);
  const { blind: secret, blindedElement } = blind(OPRF, password, random);
  const requests = vaultIds.map((vaultId) => {
    const { ke1, clientSecret } = authClientStart(blindedElement, random);
    return { vaultId, ke1, clientSecret: new Secret(clientSecret) };
  });
  return {
    password: new Secret(password.slice()),
    blind: new Secret(secret),
    blindedElement,
    requests,
    ke1For: (vaultId) => findRequest(requests, vaultId).ke1,
  };
}

/** Overwrites the secrets of a guess that is over. It cannot be finished any more. */
export function wipeRetrieval({ password, blind, requests }: RetrievalState): void {
  wipe(password.reveal(), blind.reveal(), ...requests.map(({ clientSecret }) => clientSecret.reveal()));
}

/** The request to a vault. @throws `malformed` when it was not asked */
export function findRequest(requests: readonly VaultRequest[], vaultId: Uint8Array): VaultRequest {
  const request = requests.find((one) => equalBytes(one.vaultId, vaultId));
  if (!request) throw malformed('a vault that was not asked');
  return request;
}

function malformed(what: string): StrongroomError {
  return new StrongroomError('malformed', { what });
}
