import { create } from '@bufbuild/protobuf';
import { deepStrictEqual } from 'node:assert';
import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import {
  PolicySchema,
  VaultEvent,
  VaultRequestSchema,
  type Begun,
  type Policy,
  type VaultRequest,
} from '@strongroom/wire/vault';
import type { Dealt } from './deal.ts';
import type { Guess, OpenedGuess } from './guess.ts';
import { limits, VaultModel, type Actor, type Registration, type Sent } from './model.ts';
import { TestOwner } from './owner.ts';
import { refusalOf, RulesAccount } from './rules-account.ts';
import {
  signature,
  signErase,
  signHeal,
  signMark,
  signPropose,
  type RequestShape,
  type Target,
} from './signed-requests.ts';

/** The passwords that people choose among. */
export const passwords: readonly string[] = ['rose', 'oak', 'fern', 'moss'];
const hash: Bytes = new Uint8Array(32).fill(7);

interface Registered extends Registration {
  readonly dealt: Dealt;
}
interface Tried {
  readonly of: Registered;
  readonly guess: Guess;
  count: number;
  begunAt: number;
  begun: Begun;
  result: OpenedGuess | 'wrong-password';
}

/** One account's history: every request goes to the rules and to the model, which must agree. */
export class History {
  static readonly policy: Policy = create(PolicySchema, {
    guessLimit: limits.guesses,
    waits: limits.waits.map(BigInt),
    failureLimit: limits.failures,
    replacementDelay: BigInt(limits.delay),
  });
  readonly account: RulesAccount = new RulesAccount({ policy: History.policy });
  readonly model: VaultModel = new VaultModel();
  readonly registrations: Registered[] = [];
  /** Everything that was ever sent. */
  readonly recorded: { readonly sent: Sent; readonly message: VaultRequest }[] = [];
  /** Distinct answers to a blinded password that left the vault. */
  evaluations = 0;
  /** Generations, in hex, that were live and are no more. */
  readonly replaced: Set<string> = new Set();
  before: { begun: number; opened: number } = { begun: 0, opened: 0 };
  lastSent: Sent | undefined;
  lastWord = '';
  lastEvent: VaultEvent = VaultEvent.UNSPECIFIED;
  readonly #keys: Record<Actor, TestOwner> = { owner: new TestOwner(), stranger: new TestOwner() };
  readonly #anchors: Uint8Array[] = [new Uint8Array()];
  readonly #tried: Tried[] = [];
  readonly #guesses = new Map<number, { of: Registered; guess: Guess }>();
  readonly #answers = new Set<string>();

  async propose(by: Actor, password: number, missed: number): Promise<void> {
    const owner = this.#keys[by];
    const dealt = await this.account.deal(passwords[password]!, { owner, backupKey: randomBytes(32) });
    const of = { id: this.registrations.length, by, password, dealt };
    this.registrations.push(of);
    const { target, anchor } = this.#signing(missed);
    this.#send({ kind: 'propose', of, by, anchor, number: 0 }, signPropose(target, dealt));
  }

  commit(by: Actor | 'own', back: number, missed: number): void {
    const own = this.registrations.at(-1 - back)?.by ?? 'owner';
    this.#ofProposed('commit', by === 'own' ? own : by, back, missed);
  }

  drop(by: Actor, back: number, missed: number): void {
    this.#ofProposed('drop', by, back, missed);
  }

  begin(back: number, password: number): void {
    const of = this.registrations.at(-1 - back);
    if (!of) return;
    const number = this.#guesses.size;
    const guess = this.account.newGuess(passwords[password]!, of.dealt);
    this.#guesses.set(number, { of, guess });
    this.#send({ kind: 'begin', of, guess: number }, guess.beginRequest(this.account.vault.vaultId));
  }

  beginRight(back: number): void {
    this.begin(back, this.registrations.at(-1 - back)?.password ?? 0);
  }

  finish(back: number): void {
    const tried = this.#tried.filter(({ result }) => result !== 'wrong-password').at(-1 - back);
    if (!tried || tried.result === 'wrong-password') return;
    const { of, count, begunAt, begun, result } = tried;
    const request = result.finishRequest(this.account.vault.vaultId, begun.ticket);
    this.#send({ kind: 'finish', of, count, begunAt }, request);
  }

  heal(by: Actor, missed: number): void {
    this.#ofLive('heal', by, missed, 0);
  }

  mark(by: Actor, missed: number, number: number): void {
    this.#ofLive('mark', by, missed, number);
  }

  erase(by: Actor, missed: number): void {
    this.#ofLive('erase', by, missed, 0);
  }

  replay(at: number): void {
    if (this.recorded.length === 0) return;
    const { sent, message } = this.recorded[at % this.recorded.length]!;
    this.#check(sent, message);
  }

  wait(milliseconds: number): void {
    this.account.clock.advance(milliseconds);
  }

  counters(): { begun: number; opened: number } {
    const { begun = 0n, opened = 0n } = this.account.record ?? {};
    return { begun: Number(begun), opened: Number(opened) };
  }

  find(id: number): Registered {
    return this.registrations[id]!;
  }

  liveGeneration(): string | undefined {
    const live = this.account.record?.live?.credential;
    return live && toHex(live.generation);
  }

  #ofProposed(kind: 'commit' | 'drop', by: Actor, back: number, missed: number): void {
    const of = this.registrations.at(-1 - back);
    if (!of) return;
    const { generation } = of.dealt;
    const { target, anchor } = this.#signing(missed);
    const owner = signature(this.#keys[by], target, { kind, generation });
    this.#send({ kind, of, by, anchor, number: 0 }, { case: kind, value: { generation, owner } });
  }

  #ofLive(kind: 'heal' | 'mark' | 'erase', by: Actor, missed: number, number: number): void {
    const of =
      this.registrations.find(({ id }) => id === this.model.live?.of.id) ?? this.registrations.at(-1);
    if (!of) return;
    const { target, anchor } = this.#signing(missed);
    const signer = { ...of.dealt, owner: this.#keys[by] };
    const request = { heal: signHeal, erase: signErase, mark: signMarkOf(number) }[kind](target, signer);
    this.#send({ kind, of, by, anchor, number }, request);
  }

  #signing(missed: number): { target: Target; anchor: number } {
    const anchor = Math.max(0, this.model.anchor - missed);
    return { anchor, target: { ...this.account.target, anchor: this.#anchors[anchor]! } };
  }

  #send(sent: Sent, request: RequestShape): void {
    const message = create(VaultRequestSchema, { request });
    this.recorded.push({ sent, message });
    this.#check(sent, message);
  }

  #check(sent: Sent, message: VaultRequest): void {
    const { account, model } = this;
    const recordBefore = account.record;
    const reply = account.sendMessage(message);
    const again = reply.case === 'begun' && account.record === recordBefore;
    const expected = model.answer(sent, account.clock.now());
    deepStrictEqual(again ? 'begun again' : refusalOf(reply), expected);
    this.lastSent = sent;
    this.lastWord = expected;
    this.lastEvent = account.event;
    if (reply.case === 'begun' && sent.kind === 'begin') this.#remember(sent.guess, reply.value);
    if (model.anchor === this.#anchors.length) this.#anchors.push(account.target.anchor);
    this.#compare();
  }

  #remember(guess: number, begun: Begun): void {
    const { of, guess: client } = this.#guesses.get(guess)!;
    if (this.#answers.has(toHex(begun.ke2))) return;
    this.#answers.add(toHex(begun.ke2));
    this.evaluations += 1;
    const result = client.conclude([[this.account.vault.vaultId, begun]]);
    const begunAt = this.account.clock.now();
    this.#tried.push({ of, guess: client, count: this.model.begun, begunAt, begun, result });
  }

  #compare(): void {
    const { account, model } = this;
    const described = account.describe();
    const generation = (id: number): string => toHex(this.find(id).dealt.generation);
    const slots = (['live', 'candidate', 'contested'] as const).flatMap((name, i) => {
      const held = model[name];
      return held ? [[i + 1, generation(held.of.id), held.exhausted, held.since]] : [];
    });
    const actual = described.slots.map((one) => [
      one.slot,
      toHex(one.generation),
      one.exhausted,
      Number(one.since),
    ]);
    deepStrictEqual(actual, slots);
    deepStrictEqual(
      [described.guessesLeft, Number(described.waitUntil), Number(account.record?.mark?.number ?? -1)],
      [model.guessesLeft, model.waitUntil(account.clock.now()), model.mark ?? -1],
    );
  }
}

const signMarkOf =
  (number: number) =>
  (target: Target, dealt: Dealt): RequestShape =>
    signMark(target, dealt, BigInt(number), hash);
