import type { Bytes, Random } from '@strongroom/core';
import type {
  Policy,
  ProposeKey,
  Record as VaultRecord,
  VaultEvent,
  VaultReply,
} from '@strongroom/wire/vault';

/** What a vault is, as far as the rules need it. */
export interface VaultIdentity {
  /** 16 bytes. */
  readonly vaultId: Bytes;
  /** ristretto255 scalar, 32 bytes. */
  readonly akePrivateKey: Bytes;
  /** 32 bytes. */
  readonly akePublicKey: Bytes;
  /** Seals tickets, 32 bytes. */
  readonly ticketKey: Bytes;
  /** What Describe hands out for Propose. */
  readonly proposeKey: ProposeKey;
}

/** Everything besides the record and the request that a rule may depend on. */
export interface Situation {
  readonly tenant: string;
  /** 16 bytes. */
  readonly accountId: Bytes;
  /** Milliseconds since 1970. */
  readonly now: bigint;
  /** Fresh for every call, also when a conflict makes the rules run again. */
  readonly random: Random;
  readonly policy: Policy;
  readonly vault: VaultIdentity;
}

/** A record, or nothing yet. */
export type MaybeRecord = VaultRecord | undefined;

/** What a request does. The same record object as before means that nothing is to be written. */
export interface Outcome {
  readonly record: MaybeRecord;
  readonly reply: VaultReply;
  readonly event: VaultEvent;
  /** Of an event that a repeated request tells again: 16 bytes, the same each time. */
  readonly eventId?: Bytes;
  /** The request did this before: what it tells now was told then, if the answer arrived. */
  readonly isRepetition?: boolean;
}
