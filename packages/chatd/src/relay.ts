import { create } from '@bufbuild/protobuf';
import { StrongroomError, toHex } from '@strongroom/core';
import { issueAccountToken, type SigningKey } from '@strongroom/protocol';
import {
  ServeRequestSchema,
  VaultEvent,
  type ServeRequest,
  type ServeResponse,
} from '@strongroom/wire/vault';
import type { ToldEvent } from './events/vault-events.ts';
import type { Caller } from './sessions.ts';

/** How a vault is reached. */
export type VaultConnection = (request: ServeRequest) => Promise<ServeResponse>;

const eventIdLength = 16;
/** The largest sealed request that is carried, bytes. */
export const MAX_SEALED_REQUEST = 32_768;

/** What a relay needs. */
export interface RelayOptions {
  readonly tenant: string;
  /** Signs account tokens. */
  readonly tokenKey: SigningKey;
  /** By vaultId, lower-case hex. */
  readonly vaults: ReadonlyMap<string, VaultConnection>;
  readonly now: () => number;
  /** Told what kind of thing happened to an account, and where; what has an id (16 bytes) may be told again. */
  readonly onEvent: (told: ToldEvent) => void;
}

/**
 * Carries a sealed request to a vault with the front door's word whose it is, and the sealed answer back.
 * @throws StrongroomError `malformed` for an unknown vault or an oversized request, and what the vault refuses
 */
export async function relay(
  { tenant, tokenKey, vaults, now, onEvent }: RelayOptions,
  { accountId, deviceId }: Pick<Caller, 'accountId' | 'deviceId'>,
  { vaultId, sealedRequest }: { vaultId: Uint8Array; sealedRequest: Uint8Array },
): Promise<Uint8Array> {
  const connection = vaults.get(toHex(vaultId));
  if (connection === undefined) throw new StrongroomError('malformed', { what: 'the name of a vault' });
  if (sealedRequest.length > MAX_SEALED_REQUEST)
    throw new StrongroomError('malformed', { what: 'an oversized request' });
  const token = await issueAccountToken(tokenKey, { tenant, accountId, vaultId, sealedRequest, now: now() });
  const { sealedAnswer, event, eventId } = await connection(
    create(ServeRequestSchema, { token, sealedRequest }),
  );
  if (event !== VaultEvent.UNSPECIFIED) {
    const known = eventId.length === eventIdLength ? eventId : undefined;
    onEvent({ accountId, deviceId, vaultId, event, eventId: known });
  }
  return sealedAnswer;
}
