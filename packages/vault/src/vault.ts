import { createHmac } from 'node:crypto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { encode, randomBytes, StrongroomError, type Bytes, type Random } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { checkAccountToken, type FrontDoorKeys } from '@strongroom/protocol';
import {
  DirectoryVaultSchema,
  ServeResponseSchema,
  VaultEvent,
  VaultReplySchema,
  VaultRequestSchema,
  type DirectoryVault,
  type Policy,
  type ServeRequest,
  type ServeResponse,
  type VaultRequest,
} from '@strongroom/wire/vault';
import { BeginCap, DEFAULT_BEGIN_CAP } from './begin-cap.ts';
import { openFleetKeys, type OpenedFleetKeys } from './fleet-keys.ts';
import { keyIdOf, openRequest, type OpenedRequest } from './hpke/open-request.ts';
import type { Hsm } from './hsm/hsm.ts';
import { ProposeKeyring } from './propose-keys.ts';
import type { RecordStore } from './records/record-store.ts';
import { SealedRecords } from './records/sealed-records.ts';
import { apply } from './rules/apply.ts';
import { defaultPolicy } from './rules/policy.ts';
import type { Outcome, Situation } from './rules/situation.ts';

/** How often the rules run again when another request was faster. */
const maxConflicts = 16;

// After these, something must not be found in the store's free pages or log any more.
const erasingEvents: ReadonlySet<VaultEvent> = new Set([
  VaultEvent.LAST_GUESS_COUNTED,
  VaultEvent.REGISTERED,
  VaultEvent.REPLACED,
  VaultEvent.DROPPED,
  VaultEvent.ERASED,
]);

/** The ports of a vault. */
export interface VaultOptions {
  readonly store: RecordStore;
  readonly hsm: Hsm;
  /** Tenant to the Ed25519 public keys of its front doors. */
  readonly frontDoors: FrontDoorKeys;
  readonly policy?: Policy;
  /** Failed guesses of one tenant in an hour, in this process; over it, guesses wait for the next hour. */
  readonly beginCap?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly random?: Random;
}

const defaults = {
  policy: defaultPolicy,
  beginCap: DEFAULT_BEGIN_CAP,
  now: Date.now,
  random: randomBytes,
} as const;

/** A Backup Key Vault: opens sealed requests, runs the rules on durable records, seals the answers. */
export class Vault {
  readonly #options: Required<VaultOptions>;
  readonly #keys: OpenedFleetKeys;
  readonly #records: SealedRecords;
  readonly #proposeKeys: ProposeKeyring;
  readonly #cap: BeginCap;

  private constructor(options: Required<VaultOptions>, keys: OpenedFleetKeys) {
    this.#options = options;
    this.#keys = keys;
    this.#records = new SealedRecords(options.store, options.hsm, keys.vaultId);
    this.#proposeKeys = new ProposeKeyring(options.store, options.hsm);
    this.#cap = new BeginCap(options.beginCap);
  }

  /** Opens the vault whose keys are in the store; a new store becomes a new vault. */
  static async open(options: VaultOptions): Promise<Vault> {
    await ready();
    const keys = await openFleetKeys(options.store, options.hsm);
    return new Vault({ ...defaults, ...options }, keys);
  }

  /** What a directory says of this vault. */
  describe(index: number, operator: string): DirectoryVault {
    const { vaultId, hpke, akePublicKey } = this.#keys;
    return create(DirectoryVaultSchema, {
      index,
      vaultId,
      hpkePublicKey: hpke.publicKey,
      akePublicKey,
      operator,
    });
  }

  /**
   * Serves one sealed request of an account. The answer leaves only after the write is durable.
   * @throws StrongroomError `not-authorised` for a bad account token, `malformed` for what cannot be opened
   */
  async serve({ token, sealedRequest }: ServeRequest): Promise<ServeResponse> {
    const { frontDoors, now } = this.#options;
    const { vaultId } = this.#keys;
    const sealed = new Uint8Array(sealedRequest);
    const account = await checkAccountToken(token, {
      vaultId,
      sealedRequest: sealed,
      frontDoors,
      now: now(),
    });
    const opened = await this.#openRequest(sealed, account);
    const outcome = await this.#applyDurably(parseRequest(opened), account);
    const reply = toBinary(VaultReplySchema, outcome.reply);
    return create(ServeResponseSchema, {
      sealedAnswer: opened.sealAnswer(reply, this.#options.random),
      event: outcome.event,
    });
  }

  /**
   * Makes and destroys the keys for Propose that are due, for a vault that nobody asks: call it every hour, so
   * that no key outlives two days for long.
   */
  async tend(): Promise<void> {
    await this.#proposeKeys.current(this.#options.now());
  }

  /** Waits for what is being written and closes the store. */
  async close(): Promise<void> {
    await this.#options.store.close();
  }

  async #openRequest(
    sealedRequest: Bytes,
    { tenant, accountId }: { tenant: string; accountId: Bytes },
  ): Promise<OpenedRequest & { readonly withProposeKey: boolean }> {
    const { vaultId, hpke } = this.#keys;
    const keyId = keyIdOf(sealedRequest);
    const key = keyId.length === 0 ? hpke : await this.#proposeKeys.find(keyId, this.#options.now());
    const opened = openRequest({ keys: () => key, vaultId, tenant, accountId, sealedRequest });
    return { ...opened, withProposeKey: keyId.length > 0 };
  }

  async #applyDurably(
    request: VaultRequest,
    account: { tenant: string; accountId: Bytes },
  ): Promise<Outcome> {
    const id = this.#recordId(account);
    for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
      const previous = await this.#records.read(id);
      const situation = await this.#situation(account);
      const ruled = apply(previous.record, request, situation);
      const outcome = this.#cap.guard(ruled, previous.record, situation);
      if (outcome.record === previous.record || outcome.record === undefined) return outcome;
      const written = await this.#records.replace(id, outcome.record, previous);
      this.#cap.settle(outcome, written, situation);
      if (written === 'conflict') continue;
      if (erasingEvents.has(outcome.event)) await this.#records.forgetOldValues();
      return outcome;
    }
    throw new StrongroomError('unavailable', { answered: 0, needed: 1 });
  }

  async #situation(account: { tenant: string; accountId: Bytes }): Promise<Situation> {
    const { policy, random, now } = this.#options;
    const time = now();
    const { vaultId, akePrivateKey, akePublicKey, ticketKey } = this.#keys;
    const proposeKey = await this.#proposeKeys.current(time);
    return {
      ...account,
      now: BigInt(time),
      random,
      policy,
      vault: { vaultId, akePrivateKey, akePublicKey, ticketKey, proposeKey },
    };
  }

  #recordId({ tenant, accountId }: { tenant: string; accountId: Bytes }): Bytes {
    const hmac = createHmac('sha256', this.#keys.recordIdKey).update(encode(tenant, accountId));
    return new Uint8Array(hmac.digest());
  }
}

function parseRequest(opened: OpenedRequest & { readonly withProposeKey: boolean }): VaultRequest {
  const request = decodeRequest(opened.plaintext);
  // Propose carries key shares, and only Propose is worth the short-lived key.
  if ((request.request.case === 'propose') !== opened.withProposeKey) {
    throw new StrongroomError('malformed', { what: 'a request sealed to the wrong key' });
  }
  return request;
}

function decodeRequest(plaintext: Uint8Array): VaultRequest {
  try {
    return fromBinary(VaultRequestSchema, plaintext, { readUnknownFields: false });
  } catch (cause) {
    throw new StrongroomError('malformed', { what: 'a request' }, { cause });
  }
}
