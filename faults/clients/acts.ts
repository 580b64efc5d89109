import { randomBytes, toHex } from '@strongroom/core';
import {
  signErase,
  signHeal,
  signPropose,
  signCommit,
  type Dealt,
  type Target,
} from '@strongroom/vault/testing';
import type { Described } from '@strongroom/wire/vault';
import type { Concluded } from '../history/events.ts';
import { digestOf, steadyNow, type Recorder } from '../history/recorder.ts';
import { stateOf } from '../nodes/watched-vault.ts';
import type { Account } from './account.ts';
import type { Line, Reply } from './line.ts';

type Guess = ReturnType<Line['device']['newGuess']>;
type OpenedGuess = Exclude<ReturnType<Guess['conclude']>, 'wrong-password'>;
type Begun = Extract<NonNullable<Reply>, { case: 'begun' }>['value'];

/** What acts need. */
export interface ActsOptions {
  readonly account: Account;
  readonly name: string;
  readonly line: Line;
  /** Others of the same device, so that it can ask several things at once. */
  readonly more: readonly Line[];
  readonly recorder: Recorder;
}

// How often a request is sent that gets no answer.
const tries = 3;

/** What a device does with an account, each act in requests of the real protocol. */
export class Acts {
  readonly #options: ActsOptions;

  constructor(options: ActsOptions) {
    this.#options = options;
  }

  /** Registers a password: as the live one's owner where there is one that this key owns, else anew or contested. */
  async register(by: 'owner' | 'stranger', password: string): Promise<void> {
    const { account, line } = this.#options;
    const owner = account.keys[by];
    const described = await this.describe();
    if (described === undefined) return;
    const dealt = await line.device.deal(password, { owner, backupKey: randomBytes(32) });
    account.remember(dealt);
    const about = { generation: toHex(dealt.generation) };
    const proposed = await line.send(
      signPropose(this.#target(described), dealt),
      about,
      described.proposeKey,
    );
    // After a lost answer it may be there all the same.
    if (proposed === undefined || proposed.case === 'accepted') await this.commit(dealt);
  }

  /** Makes a registration the live one, if it still can be. */
  async commit(dealt: Dealt): Promise<void> {
    const described = await this.describe();
    if (described === undefined) return;
    await this.#options.line.send(signCommit(this.#target(described), dealt), {
      generation: toHex(dealt.generation),
    });
  }

  /** Commits what waits as contested, whoever proposed it. */
  async commitContested(): Promise<void> {
    const described = await this.describe();
    const waiting = described && this.#options.account.find(stateOf(described).contested);
    if (waiting !== undefined) await this.commit(waiting);
  }

  /**
   * Tries the right password of what is live, or a wrong one.
   * @param times how often the guess is sent: the second time it is the same
   */
  async open(password: 'right' | 'wrong', times: 1 | 2 = 1): Promise<void> {
    const live = await this.#live();
    if (live !== undefined) await this.#guess(live.dealt, password === 'right', times);
  }

  /** Tries several wrong passwords at once, and sends one of them twice over different lines. */
  async volley(count: number): Promise<void> {
    const { line, more } = this.#options;
    const live = await this.#live();
    if (live === undefined) return;
    const lines = [line, ...more];
    const guesses = lines.slice(0, count).map(() => line.device.newGuess('wrong', live.dealt));
    const sent = lines.slice(0, count).map((one, i) => this.#begin(one, guesses[i]!, live.dealt));
    const again = lines.slice(count, count + 1).map((one) => this.#begin(one, guesses[0]!, live.dealt));
    await Promise.all([...sent, ...again]);
  }

  /** The owner says that all openings were right. */
  heal(): Promise<void> {
    return this.#byOwner(signHeal);
  }

  /** Turns the password off. */
  erase(): Promise<void> {
    return this.#byOwner(signErase);
  }

  async describe(): Promise<Described | undefined> {
    const reply = await this.#options.line.send({ case: 'describe', value: {} });
    return reply?.case === 'described' ? reply.value : undefined;
  }

  async #byOwner(sign: typeof signHeal): Promise<void> {
    const live = await this.#live();
    if (live === undefined) return;
    const about = { generation: toHex(live.dealt.generation) };
    await this.#options.line.send(sign(this.#target(live.described), live.dealt), about);
  }

  async #live(): Promise<{ readonly dealt: Dealt; readonly described: Described } | undefined> {
    const described = await this.describe();
    const dealt = described && this.#options.account.find(stateOf(described).live);
    return described && dealt && { dealt, described };
  }

  async #guess(dealt: Dealt, isRight: boolean, times: 1 | 2): Promise<void> {
    const { line } = this.#options;
    const guess = line.device.newGuess(isRight ? dealt.password : `not ${dealt.password}`, dealt);
    const first = await this.#begin(line, guess, dealt);
    const begun = times === 1 ? first : ((await this.#begin(line, guess, dealt)) ?? first);
    if (begun === undefined) return;
    const conclude = (got: Concluded['got']): void => this.#conclude(dealt, isRight, got);
    const result = concludeOf(guess, this.#vaultId, begun);
    if (result === 'misbehaved') conclude('misbehaved');
    else if (result === 'wrong-password') conclude('does not open');
    else await this.#finish(dealt, result, begun, conclude);
  }

  // The same KE1, sealed anew each time: what comes back is one evaluation, however often it is asked for.
  async #begin(line: Line, guess: Guess, dealt: Dealt): Promise<Begun | undefined> {
    const request = guess.beginRequest(this.#vaultId);
    const ke1 = request.case === 'begin' ? digestOf(new Uint8Array(request.value.ke1 ?? [])) : '';
    const about = { generation: toHex(dealt.generation), ke1 };
    for (let i = 0; i < tries; i++) {
      const reply = await line.send(request, about);
      if (reply !== undefined) return reply.case === 'begun' ? reply.value : undefined;
    }
    return undefined;
  }

  async #finish(
    dealt: Dealt,
    result: OpenedGuess,
    { ticket, ke2 }: Begun,
    conclude: (got: Concluded['got']) => void,
  ): Promise<void> {
    const about = { generation: toHex(dealt.generation), ke2: digestOf(ke2) };
    for (let i = 0; i < tries; i++) {
      const reply = await this.#options.line.send(result.finishRequest(this.#vaultId, ticket), about);
      if (reply === undefined) continue;
      if (reply.case !== 'finished') return;
      const { backupKey } = await result.open(this.#vaultId, reply.value);
      const isSame = toHex(backupKey) === toHex(dealt.backupKey);
      conclude(isSame ? 'opens' : 'opens with another key');
      return;
    }
  }

  #conclude(dealt: Dealt, isRight: boolean, got: Concluded['got']): void {
    const { recorder, account, name } = this.#options;
    const expected = isRight ? 'opens' : 'does not open';
    const generation = toHex(dealt.generation);
    const what = { account: digestOf(account.id), device: name, generation, expected, got } as const;
    recorder.record({ e: 'concluded', at: steadyNow(), ...what });
  }

  #target({ anchor }: Described): Target {
    const { tenant, accountId } = this.#options.line.device;
    return { vaultId: this.#vaultId, tenant, accountId, anchor };
  }

  get #vaultId(): Uint8Array {
    return this.#options.line.device.vault(1).vaultId;
  }
}

function concludeOf(
  guess: Guess,
  vaultId: Uint8Array,
  begun: Begun,
): ReturnType<Guess['conclude']> | 'misbehaved' {
  try {
    return guess.conclude([[vaultId, begun]]);
  } catch {
    return 'misbehaved';
  }
}
