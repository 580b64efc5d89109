import { minute, week } from './clock.ts';

/** Who may act: the owner and a second device hold one key, the stranger holds another. */
export type Actor = 'owner' | 'stranger';

/** A registration, as the model knows it. */
export interface Registration {
  readonly id: number;
  readonly by: Actor;
  readonly password: number;
}

/** A request, in the model's words. A signature is over an anchor that was current after so many accepted requests. */
export type Sent = Signed | Guessed | Finished;

interface Signed {
  readonly kind: 'propose' | 'commit' | 'drop' | 'heal' | 'mark' | 'erase';
  readonly of: Registration;
  readonly by: Actor;
  readonly anchor: number;
  /** The archive mark's. */
  readonly number: number;
}

interface Guessed {
  readonly kind: 'begin';
  readonly of: Registration;
  readonly guess: number;
}

interface Finished {
  readonly kind: 'finish';
  readonly of: Registration;
  readonly count: number;
  readonly begunAt: number;
}

interface Held {
  readonly of: Registration;
  readonly approved: boolean;
  since: number;
  exhausted: boolean;
}

/** The limits that the model's vault runs under: small, so that histories reach them. */
export const limits: {
  readonly guesses: number;
  readonly waits: readonly [number, number];
  readonly failures: number;
  readonly delay: number;
} = { guesses: 6, waits: [minute, 60 * minute], failures: 9, delay: week };

/** A vault in a few lines, written from the protocol page alone. Every request answers with a word. */
export class VaultModel {
  live: Held | undefined;
  candidate: Held | undefined;
  contested: Held | undefined;
  begun = 0;
  opened = 0;
  failures = 0;
  anchor = 0;
  mark: number | undefined;
  #failuresSince = 0;
  #lastBegin = 0;
  #cached: string | undefined;

  get guessesLeft(): number {
    return Math.max(
      0,
      Math.min(limits.guesses - (this.begun - this.opened), limits.failures - this.failures),
    );
  }

  waitUntil(now: number): number {
    const row = this.begun - this.opened;
    const wait = row < 5 ? 0 : (limits.waits[row - 5] ?? limits.waits.at(-1)!);
    return this.guessesLeft > 0 && this.#lastBegin + wait > now ? this.#lastBegin + wait : 0;
  }

  /** One failure is forgotten a week. */
  age(now: number): void {
    if (this.failures === 0) this.#failuresSince = now;
    while (this.failures > 0 && now - this.#failuresSince >= week) {
      this.failures -= 1;
      this.#failuresSince = this.failures === 0 ? now : this.#failuresSince + week;
    }
  }

  answer(sent: Sent, now: number): string {
    this.age(now);
    if (sent.kind === 'begin') return this.#begin(sent, now);
    if (sent.kind === 'finish') return this.#finish(sent, now);
    if (sent.kind === 'propose') return this.#propose(sent, now);
    if (sent.kind === 'commit') return this.#commit(sent, now);
    if (sent.kind === 'drop') return this.#drop(sent, now);
    return this.#byLiveOwner(sent, now);
  }

  #begin({ of, guess }: Guessed, now: number): string {
    const held = [this.live, this.candidate].find((slot) => slot?.of.id === of.id);
    if (!held) return this.live ? 'stale' : 'not-registered';
    if (this.#cached === `${of.id} ${guess}`) return 'begun again';
    if (held.exhausted || this.guessesLeft === 0) return 'locked';
    if (this.waitUntil(now) > 0) return 'must-wait';
    this.begun += 1;
    this.failures += 1;
    this.#lastBegin = now;
    this.#cached = `${of.id} ${guess}`;
    if (this.guessesLeft > 0) return 'begun';
    for (const slot of [this.live, this.candidate, this.contested]) if (slot) slot.exhausted = true;
    return 'begun';
  }

  #finish({ of, count, begunAt }: Finished, now: number): string {
    const held = [this.live, this.candidate].some((slot) => slot?.of.id === of.id);
    if (!held || now > begunAt + 60 * minute) return 'stale';
    if (count > this.opened) {
      this.opened = count;
      this.failures = Math.max(0, this.failures - 1);
    }
    return 'finished';
  }

  #propose({ of, by, anchor }: Signed, now: number): string {
    const known = [this.live, this.candidate, this.contested].some((slot) => slot?.of.id === of.id);
    if (anchor !== this.anchor || known) return 'stale';
    const approved = this.live?.of.by === by;
    const held = { of, approved, since: now, exhausted: false };
    if (this.live && !approved) {
      this.contested = held;
      return 'accepted';
    }
    this.candidate = held;
    return this.#accept(approved, now);
  }

  #commit({ of, by, anchor }: Signed, now: number): string {
    const held = [this.candidate, this.contested].find((slot) => slot?.of.id === of.id);
    if (!held || anchor !== this.anchor) return 'stale';
    if (by !== held.of.by) return 'not-authorised';
    if (held.exhausted) return 'locked';
    if (held === this.contested && now < held.since + limits.delay) return 'contested';
    if (this.live?.of.by !== held.of.by) this.mark = undefined;
    if (held.approved) this.failures = 0;
    this.live = held;
    this.opened = this.begun;
    this.candidate = this.contested = this.#cached = undefined;
    return this.#accept(false, now);
  }

  #drop({ of, by, anchor }: Signed, now: number): string {
    const slot = (['candidate', 'contested'] as const).find((name) => this[name]?.of.id === of.id);
    if (!slot || anchor !== this.anchor) return 'stale';
    const byLiveOwner = by === this.live?.of.by;
    if (!byLiveOwner && by !== of.by) return 'not-authorised';
    this[slot] = undefined;
    return this.#accept(byLiveOwner, now);
  }

  #byLiveOwner(sent: Signed, now: number): string {
    if (!this.live) return 'not-registered';
    if (sent.anchor !== this.anchor) return 'stale';
    if (sent.of.id !== this.live.of.id || sent.by !== this.live.of.by) return 'not-authorised';
    if (sent.kind === 'mark' && sent.number < (this.mark ?? 0)) return 'stale';
    if (sent.kind === 'mark') this.mark = sent.number;
    else if (sent.kind === 'heal') this.opened = this.begun;
    else this.live = this.candidate = this.contested = this.mark = this.#cached = undefined;
    return this.#accept(true, now);
  }

  #accept(byLiveOwner: boolean, now: number): string {
    if (byLiveOwner && this.contested) this.contested.since = now;
    this.anchor += 1;
    return 'accepted';
  }
}
