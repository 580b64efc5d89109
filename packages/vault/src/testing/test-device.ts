import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { sealRequest } from '@strongroom/protocol';
import {
  VaultReplySchema,
  VaultRequestSchema,
  type Begun,
  type Described,
  type Directory,
  type DirectoryVault,
  type ProposeKey,
} from '@strongroom/wire/vault';
import { deal, type Dealt, type DealOptions } from './deal.ts';
import { Guess } from './guess.ts';
import type { TestOwner } from './owner.ts';
import { refusalOf, valueOf, type Reply } from './rules-account.ts';
import { signCommit, signPropose, type RequestShape, type Target } from './signed-requests.ts';
import type { TestRelay, TestVaults } from './test-vaults.ts';

/** What a device needs to reach its account's vaults. */
export interface TestDeviceOptions {
  readonly directory: Directory;
  readonly tenant: string;
  readonly relay: (accountId: Bytes) => TestRelay;
  readonly accountId?: Bytes;
}

/** A device that speaks to real vaults through the sealed channel, one request at a time. */
export class TestDevice {
  readonly accountId: Bytes;
  readonly tenant: string;
  readonly directory: Directory;
  readonly #relay: TestRelay;

  constructor({ directory, tenant, relay, accountId = randomBytes(16) }: TestDeviceOptions) {
    this.accountId = accountId;
    this.tenant = tenant;
    this.directory = directory;
    this.#relay = relay(accountId);
  }

  /** The vault with an index, 1 to n. */
  vault(index: number): DirectoryVault {
    return this.directory.vaults.find((vault) => vault.index === index)!;
  }

  /** Sends a request to a vault and opens the answer. */
  async send(index: number, request: RequestShape, proposeKey?: ProposeKey): Promise<Reply> {
    const { vaultId, hpkePublicKey } = this.vault(index);
    const { sealedRequest, openAnswer } = await sealRequest({
      hpkePublicKey: proposeKey?.hpkePublicKey ?? hpkePublicKey,
      keyId: proposeKey?.keyId ?? new Uint8Array(),
      vaultId,
      tenant: this.tenant,
      accountId: this.accountId,
      plaintext: toBinary(VaultRequestSchema, create(VaultRequestSchema, { request })),
    });
    const answer = await openAnswer(await this.#relay(vaultId, sealedRequest));
    return fromBinary(VaultReplySchema, answer).reply;
  }

  async describe(index: number): Promise<Described> {
    return valueOf(await this.send(index, { case: 'describe', value: {} }), 'described');
  }

  /** What owner signatures for a vault are over, as it describes the account now. */
  async target(index: number): Promise<Target> {
    const { anchor } = await this.describe(index);
    return { vaultId: this.vault(index).vaultId, tenant: this.tenant, accountId: this.accountId, anchor };
  }

  deal(password: string, options: Partial<DealOptions> = {}): Promise<Dealt> {
    return deal({ directory: this.directory, accountId: this.accountId, password, ...options });
  }

  async propose(index: number, dealt: Dealt, by: TestOwner = dealt.owner): Promise<Reply> {
    const { proposeKey, anchor } = await this.describe(index);
    const { vaultId } = this.vault(index);
    const target = { vaultId, tenant: this.tenant, accountId: this.accountId, anchor };
    return this.send(index, signPropose(target, dealt, by), proposeKey);
  }

  async commit(index: number, dealt: Dealt): Promise<Reply> {
    return this.send(index, signCommit(await this.target(index), dealt));
  }

  /** Proposes to every vault and commits. @throws Error when a vault refuses */
  async register(password: string, options: Partial<DealOptions> = {}): Promise<Dealt> {
    const dealt = await this.deal(password, options);
    for (const { index } of this.directory.vaults) valueOf(await this.propose(index, dealt), 'accepted');
    for (const { index } of this.directory.vaults) valueOf(await this.commit(index, dealt), 'accepted');
    return dealt;
  }

  newGuess(password: string, { generation }: Pick<Dealt, 'generation'>): Guess {
    const { directory, tenant, accountId } = this;
    return new Guess({ directory, tenant, accountId, generation, password });
  }

  /** Tries a password at vaults: the backup key in hex, `wrong-password`, or the code of the first refusal. */
  async open(
    password: string,
    dealt: Pick<Dealt, 'generation'>,
    indexes: readonly number[] = this.directory.vaults.map(({ index }) => index),
  ): Promise<string> {
    const guess = this.newGuess(password, dealt);
    const answers: (readonly [Uint8Array, Begun])[] = [];
    for (const index of indexes) {
      const { vaultId } = this.vault(index);
      const reply = await this.send(index, guess.beginRequest(vaultId));
      if (reply.case !== 'begun') return refusalOf(reply);
      answers.push([vaultId, reply.value]);
    }
    return this.#finish(guess, indexes, answers);
  }

  async #finish(
    guess: Guess,
    indexes: readonly number[],
    answers: readonly (readonly [Uint8Array, Begun])[],
  ): Promise<string> {
    const result = guess.conclude(answers);
    if (result === 'wrong-password') return result;
    const keys = new Set<string>();
    for (const [i, [vaultId, { ticket }]] of answers.entries()) {
      const reply = await this.send(indexes[i]!, result.finishRequest(vaultId, ticket));
      if (reply.case !== 'finished') return refusalOf(reply);
      keys.add(toHex((await result.open(vaultId, reply.value)).backupKey));
    }
    return [...keys].join(' or ');
  }
}

/** A device of an account, or of a new one, that speaks to test vaults. */
export function newDevice(
  vaults: Pick<TestVaults, 'directory' | 'tenant' | 'relay'>,
  accountId: Bytes = randomBytes(16),
): TestDevice {
  const { directory, tenant } = vaults;
  return new TestDevice({ directory, tenant, accountId, relay: (id) => vaults.relay(id) });
}
