import { create } from '@bufbuild/protobuf';
import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { generateAkeKeyPair } from '@strongroom/opaque';
import {
  DirectorySchema,
  ProposeKeySchema,
  VaultEvent,
  VaultRequestSchema,
  type Begun,
  type Described,
  type Directory,
  type Policy,
  type VaultReply,
  type VaultRequest,
} from '@strongroom/wire/vault';
import { defaultPolicy } from '../rules/policy.ts';
import type { MaybeRecord, Outcome, Situation, VaultIdentity } from '../rules/situation.ts';
import { applyPurely } from './apply-purely.ts';
import { TestClock } from './clock.ts';
import { deal, type Dealt, type DealOptions } from './deal.ts';
import { Guess, type OpenedGuess } from './guess.ts';
import { signCommit, signPropose, type RequestShape, type Target } from './signed-requests.ts';

/** What the rules answered: one of the replies of VaultReply. */
export type Reply = VaultReply['reply'];

/** A guess that was begun, and what it came to. */
export interface BegunGuess {
  readonly guess: Guess;
  readonly begun: Begun;
  readonly result: OpenedGuess | 'wrong-password';
}

/** One account's record under the rules of one vault: no store, no channel, no front door. */
export class RulesAccount {
  readonly clock: TestClock = new TestClock();
  readonly tenant: string = `tenant ${toHex(randomBytes(4))}`;
  readonly accountId: Bytes = randomBytes(16);
  readonly vault: VaultIdentity;
  readonly directory: Directory;
  policy: Policy;
  record: MaybeRecord = undefined;
  /** The last outcome. */
  last: Outcome | undefined;
  #calls = 0;

  /** @param vaults how many the directory lists; this one is the first of them, and the threshold is the least possible */
  constructor({ policy = defaultPolicy, vaults = 1 }: { policy?: Policy; vaults?: number } = {}) {
    this.policy = policy;
    this.vault = makeIdentity();
    this.directory = makeDirectory(this.vault, vaults);
  }

  /** What owner signatures are over, as the record now stands. */
  get target(): Target {
    const { tenant, accountId } = this;
    return {
      vaultId: this.vault.vaultId,
      tenant,
      accountId,
      anchor: this.record?.anchor ?? new Uint8Array(),
    };
  }

  get event(): VaultEvent {
    return this.last?.event ?? VaultEvent.UNSPECIFIED;
  }

  /** Applies a request, and checks that the rules are pure. */
  send(request: RequestShape): Reply {
    return this.sendMessage(create(VaultRequestSchema, { request }));
  }

  sendMessage(message: VaultRequest): Reply {
    const seed = `${toHex(this.accountId)} ${this.#calls++}`;
    this.last = applyPurely(this.record, message, this.situation(), seed);
    this.record = this.last.record;
    return this.last.reply.reply;
  }

  situation(): Situation {
    const { tenant, accountId, policy, vault } = this;
    return { tenant, accountId, policy, vault, now: BigInt(this.clock.now()), random: randomBytes };
  }

  describe(): Described {
    return valueOf(this.send({ case: 'describe', value: {} }), 'described');
  }

  deal(password: string, options: Partial<DealOptions> = {}): Promise<Dealt> {
    return deal({ directory: this.directory, accountId: this.accountId, password, ...options });
  }

  /** Proposes and commits a password; the first one, unless `by` is the live one's owner. */
  async register(password: string, options: Partial<DealOptions> = {}): Promise<Dealt> {
    const dealt = await this.deal(password, options);
    valueOf(this.send(signPropose(this.target, dealt)), 'accepted');
    valueOf(this.send(signCommit(this.target, dealt)), 'accepted');
    return dealt;
  }

  newGuess(password: string, { generation }: Pick<Dealt, 'generation'>): Guess {
    const { directory, tenant, accountId } = this;
    return new Guess({ directory, tenant, accountId, generation, password });
  }

  /** Begins a guess that the vault must answer; it alone can tell whether it is right when the threshold is 1. */
  begin(password: string, dealt: Pick<Dealt, 'generation'>): BegunGuess {
    const guess = this.newGuess(password, dealt);
    const begun = valueOf(this.send(guess.beginRequest(this.vault.vaultId)), 'begun');
    return { guess, begun, result: guess.conclude([[this.vault.vaultId, begun]]) };
  }

  /** Finishes a guess that was right. */
  finish({ begun, result }: BegunGuess): Reply {
    if (result === 'wrong-password') throw new Error('the guess was wrong');
    return this.send(result.finishRequest(this.vault.vaultId, begun.ticket));
  }

  /** Tries a password to the end: what came of it, or the code with which the vault refused. */
  try(password: string, dealt: Pick<Dealt, 'generation'>): string {
    const guess = this.newGuess(password, dealt);
    const reply = this.send(guess.beginRequest(this.vault.vaultId));
    if (reply.case !== 'begun') return refusalOf(reply);
    const result = guess.conclude([[this.vault.vaultId, reply.value]]);
    if (result === 'wrong-password') return result;
    const finished = this.finish({ guess, begun: reply.value, result });
    return finished.case === 'finished' ? 'opened' : refusalOf(finished);
  }

  /** Fails so many guesses, waiting as long as the vault asks for. */
  fail(times: number, dealt: Pick<Dealt, 'generation'>): void {
    for (let i = 0; i < times; i++) {
      this.waitAsTold();
      const result = this.try(`wrong ${i}`, dealt);
      if (result !== 'wrong-password') throw new Error(`guess ${i + 1} of ${times}: ${result}`);
    }
  }

  /** Moves the clock to the end of a wait. */
  waitAsTold(): void {
    const { waitUntil } = this.describe();
    if (waitUntil > 0n) this.clock.advance(Number(waitUntil) - this.clock.now());
  }
}

type Answered = Exclude<Reply, { case: undefined }>;
type Values = { [A in Answered as A['case']]: A['value'] };

/** The reply's value, when it is of the kind that a test expects. @throws Error when it is another */
export function valueOf<Case extends keyof Values>(reply: Reply, kind: Case): Values[Case] {
  if (reply.case === kind) return reply.value as Values[Case];
  throw new Error(`not ${kind}, but ${reply.case === 'refused' ? refusalOf(reply) : reply.case}`);
}

/** The code of a refusal; of anything else, its kind. */
export function refusalOf(reply: Reply): string {
  return reply.case === 'refused' ? reply.value.code : `${reply.case}`;
}

function makeIdentity(): VaultIdentity {
  const { privateKey, publicKey } = generateAkeKeyPair();
  return {
    vaultId: randomBytes(16),
    akePrivateKey: privateKey,
    akePublicKey: publicKey,
    ticketKey: randomBytes(32),
    proposeKey: create(ProposeKeySchema, { keyId: randomBytes(16), hpkePublicKey: randomBytes(1216) }),
  };
}

function makeDirectory({ vaultId, akePublicKey }: VaultIdentity, n: number): Directory {
  const others = Array.from({ length: n - 1 }, (_, i) => ({
    index: i + 2,
    vaultId: randomBytes(16),
    akePublicKey: generateAkeKeyPair().publicKey,
  }));
  const vaults = [{ index: 1, vaultId, akePublicKey }, ...others];
  return create(DirectorySchema, { epoch: 1n, threshold: Math.floor(n / 2) + 1, vaults });
}
