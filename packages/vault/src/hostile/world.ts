import { create, toBinary } from '@bufbuild/protobuf';
import { isStrongroomError, toHex, type Bytes } from '@strongroom/core';
import { issueAccountToken } from '@strongroom/protocol';
import {
  ServeRequestSchema,
  VaultEvent,
  VaultRequestSchema,
  type Record as VaultRecord,
} from '@strongroom/wire/vault';
import { must } from '../../../../tools/fuzz/target.ts';
import type { Outcome } from '../rules/situation.ts';
import type { Dealt } from '../testing/deal.ts';
import type { RequestShape } from '../testing/signed-requests.ts';
import { newDevice, type TestDevice } from '../testing/test-device.ts';
import { TestVaults, type TestRelay, type TestVaultsOptions } from '../testing/test-vaults.ts';

/** What the vault with an index did for an account, as nobody outside of it sees it. */
interface Kept {
  record: VaultRecord | undefined;
  /** KE2s that left the vault, in hex: one for each evaluation that anybody got. */
  readonly evaluations: Set<string>;
}

/** What the front door sees of one request. */
export interface Seen {
  readonly requestBytes: number;
  readonly answerBytes: number;
  readonly event: VaultEvent;
}

/** An answer, or the code of the error that came instead. */
export type Served = Bytes | string;

const errorCodes = ['malformed', 'not-authorised', 'unavailable'] as const;

/** Vaults whose every request is watched from within: that each evaluation is counted, and none beyond the limit. */
export class WatchedVaults {
  readonly vaults: TestVaults;
  /** What the front door saw, in order. */
  readonly seen: Seen[] = [];
  /** Outcomes of the rules, in order. */
  readonly outcomes: Outcome[] = [];
  readonly #kept = new Map<string, Kept>();

  private constructor(vaults: TestVaults) {
    this.vaults = vaults;
  }

  static async open(options: TestVaultsOptions = {}): Promise<WatchedVaults> {
    return new WatchedVaults(await TestVaults.open(options));
  }

  /** A device of an account, or of a new one, whose requests are carried as it is told here. */
  device(accountId?: Bytes, relay: (accountId: Bytes) => TestRelay = (id) => this.relay(id)): TestDevice {
    const { directory, tenant } = this.vaults;
    return newDevice({ directory, tenant, relay }, accountId);
  }

  /** Carries what it is given. @throws StrongroomError as the vault does */
  relay(accountId: Bytes): TestRelay {
    return async (vaultId, sealed) => {
      const { index } = this.vaults.directory.vaults.find(
        (vault) => toHex(vault.vaultId) === toHex(vaultId),
      )!;
      return this.#serve(index, accountId, sealed);
    };
  }

  /** Has the vault with an index serve a request as an account's. @throws what is not to be thrown */
  async serve(index: number, accountId: Bytes, sealed: Uint8Array): Promise<Served> {
    try {
      return await this.#serve(index, accountId, sealed);
    } catch (error) {
      if (isStrongroomError(error, ...errorCodes)) return error.code;
      throw error;
    }
  }

  /** The record of an account as the vault wrote or read it last. */
  record(index: number, accountId: Bytes): VaultRecord | undefined {
    return this.#keptOf(index, accountId).record;
  }

  /** How many evaluations of an account anybody got from a vault. */
  evaluations(index: number, accountId: Bytes): number {
    return this.#keptOf(index, accountId).evaluations.size;
  }

  async #serve(index: number, accountId: Bytes, sealed: Uint8Array): Promise<Bytes> {
    const { tenant, tokenKey, clock, directory } = this.vaults;
    const { vaultId } = directory.vaults[index - 1]!;
    const fields = { tenant, accountId, vaultId, sealedRequest: sealed, now: clock.now() };
    const token = await issueAccountToken(tokenKey, fields);
    const request = create(ServeRequestSchema, { token, sealedRequest: new Uint8Array(sealed) });
    const onOutcome = (outcome: Outcome): void => this.#watch(index, accountId, outcome);
    const { sealedAnswer, event } = await this.vaults.vault(index).serve(request, { onOutcome });
    this.seen.push({ requestBytes: sealed.length, answerBytes: sealedAnswer.length, event });
    return new Uint8Array(sealedAnswer);
  }

  #watch(index: number, accountId: Bytes, outcome: Outcome): void {
    this.outcomes.push(outcome);
    const kept = this.#keptOf(index, accountId);
    const before = kept.record?.begun ?? 0n;
    const { record, reply, isRepetition = false } = outcome;
    const counts = reply.reply.case === 'begun' && !isRepetition;
    if (reply.reply.case === 'begun') kept.evaluations.add(toHex(reply.reply.value.ke2));
    kept.record = record;
    const begun = record?.begun ?? 0n;
    must(
      begun === before + (counts ? 1n : 0n),
      'a guess is counted for each new answer, and for nothing else',
    );
    must(kept.evaluations.size === Number(begun), 'every evaluation is counted');
    if (record === undefined) return;
    const { policy, opened } = record;
    must(Number(begun - opened) <= policy!.guessLimit, 'no guess is evaluated beyond the limit');
    const isLast = counts && outcome.event === VaultEvent.LAST_GUESS_COUNTED;
    must(!isLast || isErased(record), 'the last guess leaves nothing to test a password with');
  }

  #keptOf(index: number, accountId: Bytes): Kept {
    const name = `${index} ${toHex(accountId)}`;
    const kept = this.#kept.get(name) ?? { record: undefined, evaluations: new Set<string>() };
    this.#kept.set(name, kept);
    return kept;
  }
}

/** A serialized request. */
export function bytesOf(request: RequestShape): Bytes {
  return new Uint8Array(toBinary(VaultRequestSchema, create(VaultRequestSchema, { request })));
}

/** The secrets of a registration that nobody but its device and its vaults may ever see. */
export function secretsOf({ backupKey, credentials, password }: Dealt): ReadonlyMap<string, Bytes> {
  const each = [...credentials.values()].flatMap(({ keyShare, maskingKey, envelope }, i) => [
    [`key share ${i + 1}`, new Uint8Array(keyShare)] as const,
    [`masking key ${i + 1}`, new Uint8Array(maskingKey)] as const,
    [`envelope ${i + 1}`, new Uint8Array(envelope)] as const,
  ]);
  return new Map([['backup key', backupKey], ['password', new TextEncoder().encode(password)], ...each]);
}

function isErased({ live, candidate, contested }: VaultRecord): boolean {
  return [live, candidate, contested].every(
    (slot) =>
      slot === undefined ||
      (slot.credential!.keyShare.length === 0 && slot.credential!.envelope.length === 0),
  );
}
