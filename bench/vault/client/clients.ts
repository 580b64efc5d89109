import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { randomBytes, type Bytes } from '@strongroom/core';
import { issueAccountToken, type SigningKey } from '@strongroom/protocol';
import { sealQuickly, type Reply, type RequestShape } from '@strongroom/vault/testing';
import {
  DirectorySchema,
  ServeRequestSchema,
  VaultReplySchema,
  VaultRequestSchema,
  type Directory,
  type DirectoryVault,
  type ProposeKey,
} from '@strongroom/wire/vault';

/** A request that is ready to be sent, and the way to open its answer. */
export interface Call {
  /** A serialized ServeRequest, good for a minute. */
  readonly request: Bytes;
  readonly open: (sealedAnswer: Uint8Array) => Reply;
}

/** The tenant of all accounts. */
export const TENANT = 'bench';

/** The devices of all accounts, and their front door: all that is not the vault. */
export class Clients {
  readonly directory: Directory;
  readonly #vault: DirectoryVault;
  readonly #tokenKey: SigningKey;

  constructor(vault: DirectoryVault, tokenKey: SigningKey) {
    this.directory = create(DirectorySchema, { epoch: 1n, threshold: 1, vaults: [vault] });
    this.#vault = vault;
    this.#tokenKey = tokenKey;
  }

  get vaultId(): Bytes {
    return new Uint8Array(this.#vault.vaultId);
  }

  /** Seals a request of an account, and says whose it is. */
  async call(accountId: Bytes, request: RequestShape, proposeKey?: ProposeKey): Promise<Call> {
    const { sealedRequest, openAnswer } = sealQuickly({
      hpkePublicKey: proposeKey?.hpkePublicKey ?? this.#vault.hpkePublicKey,
      keyId: proposeKey?.keyId ?? new Uint8Array(),
      vaultId: this.vaultId,
      tenant: TENANT,
      accountId,
      plaintext: toBinary(VaultRequestSchema, create(VaultRequestSchema, { request })),
    });
    const whose = { tenant: TENANT, accountId, vaultId: this.vaultId, sealedRequest, now: Date.now() };
    const token = await issueAccountToken(this.#tokenKey, whose);
    return {
      request: toBinary(ServeRequestSchema, create(ServeRequestSchema, { token, sealedRequest })),
      open: (answer) => fromBinary(VaultReplySchema, openAnswer(answer)).reply,
    };
  }
}

/** 16 random bytes. */
export function newAccountId(): Bytes {
  return randomBytes(16);
}
