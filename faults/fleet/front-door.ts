import { create } from '@bufbuild/protobuf';
import type { Bytes } from '@strongroom/core';
import type { VaultPool } from '@strongroom/chatd/node';
import { issueAccountToken, type SigningKey } from '@strongroom/protocol';
import { ServeRequestSchema } from '@strongroom/wire/vault';

/** The one tenant of the fleet. */
export const tenant = 'acme';

/** What a front door does for a device that has signed in: says whose request it is, and finds a node for it. */
export class FrontDoor {
  readonly #pool: VaultPool;
  readonly #tokenKey: SigningKey;

  constructor(pool: VaultPool, tokenKey: SigningKey) {
    this.#pool = pool;
    this.#tokenKey = tokenKey;
  }

  /** @returns the sealed answer @throws StrongroomError as `VaultPool.serve` */
  async relay(accountId: Bytes, vaultId: Uint8Array, sealedRequest: Uint8Array): Promise<Bytes> {
    const fields = { tenant, accountId, vaultId, sealedRequest, now: Date.now() };
    const token = await issueAccountToken(this.#tokenKey, fields);
    const { sealedAnswer } = await this.#pool.serve(create(ServeRequestSchema, { token, sealedRequest }));
    return new Uint8Array(sealedAnswer);
  }

  close(): void {
    this.#pool.close();
  }
}
