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
import { EpochKeeper, noFleet } from './epochs/epoch-keeper.ts';
import type { EpochObserver } from './epochs/epoch-observer.ts';
import type { EpochPolicy } from './epochs/epoch-policy.ts';
import { Reception } from './epochs/reception.ts';
import { startEpochs } from './epochs/start-epochs.ts';
import { verifyEd25519 } from './ed25519.ts';
import { openFleetKeys, type OpenedFleetKeys } from './fleet-keys.ts';
import { keyIdOf, openRequest, type OpenedRequest } from './hpke/open-request.ts';
import type { Hsm } from './hsm/hsm.ts';
import { isHsmError } from './hsm/hsm-error.ts';
import type { ProposeKeyring } from './propose-keys.ts';
import type { RecordStore } from './records/record-store.ts';
import type { SealedRecords } from './records/sealed-records.ts';
import { isUnwritten } from './records/store-errors.ts';
import { apply } from './rules/apply.ts';
import { sha256 } from './rules/ownership.ts';
import { defaultPolicy } from './rules/policy.ts';
import type { Outcome, Situation } from './rules/situation.ts';
import { inStep, type ServeHooks } from './serve-hooks.ts';

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

type Written = 'committed' | 'conflict';

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
  readonly epochs?: VaultEpochOptions;
}

/** How a vault takes part in the epochs of its fleet. */
export interface VaultEpochOptions {
  /** Where this node is, for people, in case it is the first of its fleet. */
  readonly site?: string;
  readonly policy?: Partial<EpochPolicy>;
  readonly observer?: EpochObserver;
  /** Keys come to it before the vault opens: the same for each try of one process. */
  readonly reception?: Reception;
}

const asUsual: VaultEpochOptions = {};
const defaults = {
  policy: defaultPolicy,
  beginCap: DEFAULT_BEGIN_CAP,
  now: Date.now,
  random: randomBytes,
  epochs: asUsual,
} as const;

/** A Backup Key Vault: opens sealed requests, runs the rules on durable records, seals the answers. */
export class Vault {
  readonly #options: Required<VaultOptions>;
  readonly #keys: OpenedFleetKeys;
  readonly #records: SealedRecords;
  readonly #proposeKeys: ProposeKeyring;
  readonly #cap: BeginCap;
  /** Takes care of this node's part in the epochs of the fleet, and tells how they fare. */
  readonly epochs: EpochKeeper;

  private constructor(options: Required<VaultOptions>, keys: OpenedFleetKeys, reception: Reception) {
    this.#options = options;
    this.#keys = keys;
    const { records, proposeKeys, keeper } = startEpochs({ ...options, keys, reception });
    this.#records = records;
    this.#proposeKeys = proposeKeys;
    this.epochs = keeper;
    this.#cap = new BeginCap(options.beginCap);
  }

  /**
   * Opens the vault whose keys are in the store; a new store becomes a new vault.
   * @throws StrongroomError `hsm` `unavailable` as long as this node waits for sealing keys from others: try again with
   * the same reception; `hsm` `refused` when it is not in the fleet
   */
  static async open(given: VaultOptions): Promise<Vault> {
    await ready();
    const options = { ...defaults, ...given };
    const { store, hsm, now, epochs } = options;
    const reception = epochs.reception ?? new Reception();
    await new EpochKeeper({ store, hsm, now, ...epochs, process: { reception } }).join();
    const vault = new Vault(options, await openFleetKeys(store, hsm), reception);
    await vault.epochs.refresh();
    return vault;
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
   * @param hooks told how it goes
   * @throws StrongroomError `not-authorised` for a bad account token, `malformed` for what cannot be opened,
   * `unavailable` when the HSM cannot be used
   */
  async serve(request: ServeRequest, hooks: ServeHooks = {}): Promise<ServeResponse> {
    try {
      return await this.#serve(request, hooks);
    } catch (cause) {
      // What is wrong with an HSM is its operator's business; the cause tells.
      if (!isHsmError(cause)) throw cause;
      throw new StrongroomError('unavailable', { answered: 0, needed: 1 }, { cause });
    }
  }

  async #serve({ token, sealedRequest }: ServeRequest, hooks: ServeHooks): Promise<ServeResponse> {
    const sealed = new Uint8Array(sealedRequest);
    const account = await inStep(hooks, 'check-token', () => this.#checkToken(token, sealed));
    hooks.onTenant?.(account.tenant);
    const opened = await inStep(hooks, 'open', () => this.#openRequest(sealed, account));
    const request = parseRequest(opened);
    hooks.onKind?.(request.request.case ?? 'unknown');
    const outcome = await this.#applyDurably(request, account, hooks);
    hooks.onOutcome?.(outcome);
    const reply = toBinary(VaultReplySchema, outcome.reply);
    return create(ServeResponseSchema, {
      sealedAnswer: inStep(hooks, 'seal', () => opened.sealAnswer(reply, this.#options.random)),
      event: outcome.event,
      ...(outcome.eventId && { eventId: outcome.eventId }),
    });
  }

  #checkToken(
    token: ServeRequest['token'],
    sealedRequest: Bytes,
  ): Promise<{ tenant: string; accountId: Bytes }> {
    const { frontDoors, now } = this.#options;
    const expected = { vaultId: this.#keys.vaultId, sealedRequest, frontDoors, now: now() };
    return checkAccountToken(token, expected, { sha256, verifySignature: verifyEd25519 });
  }

  /**
   * Makes and destroys what is due: keys for Propose, so that none outlives two days for long, and this node's part in
   * the epochs of the fleet. Call it every minute or so; it may be at work for a minute.
   */
  async tend(): Promise<void> {
    await this.#proposeKeys.current(this.#options.now());
    await this.#foundIfAlone();
    await this.epochs.tend();
  }

  /** Waits for what is being written and closes the store and the HSM. */
  async close(): Promise<void> {
    await this.#options.store.close();
    await this.#options.hsm.close();
  }

  // A vault that nobody made a fleet of is one of one node. One whose HSM trusts others had a fleet.
  async #foundIfAlone(): Promise<void> {
    const { hsm, epochs } = this.#options;
    if ((await this.epochs.progress()) !== undefined) return;
    if ((await hsm.trusted()).length > 0) throw noFleet();
    await this.epochs.found(epochs.site ?? 'here', this.#keys.epoch);
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
    hooks: ServeHooks,
  ): Promise<Outcome> {
    const id = this.#recordId(account);
    for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
      const previous = await inStep(hooks, 'read', () => this.#records.read(id));
      const situation = await this.#situation(account);
      const ruled = inStep(hooks, 'apply', () => apply(previous.record, request, situation));
      const outcome = this.#cap.guard(ruled, previous.record, situation);
      if (outcome !== ruled) hooks.onCap?.();
      const { record, event } = outcome;
      if (record === previous.record || record === undefined) return outcome;
      const write = (): Promise<Written> => this.#records.replace(id, record, previous);
      const written = await this.#settle(outcome, situation, async () => inStep(hooks, 'write', write));
      if (written === 'conflict') continue;
      if (erasingEvents.has(event)) await inStep(hooks, 'forget', () => this.#records.forgetOldValues());
      return outcome;
    }
    throw new StrongroomError('unavailable', { answered: 0, needed: 1 });
  }

  async #settle(outcome: Outcome, situation: Situation, write: () => Promise<Written>): Promise<Written> {
    try {
      const written = await write();
      this.#cap.settle(outcome, written, situation);
      return written;
    } catch (error) {
      // A store that is away for a while must not use up the guesses of the hour.
      if (isUnwritten(error)) this.#cap.settle(outcome, 'conflict', situation);
      throw error;
    }
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
