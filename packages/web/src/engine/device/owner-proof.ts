import { proveOwner, type Proof as ClientProof } from '@strongroom/client';
import { StrongroomError } from '@strongroom/core';
import type { Proof } from '../contract.ts';
import type { Settings, SettingsStore } from '../settings.ts';
import type { DeviceHolder } from './device-holder.ts';
import { toProof } from './proofs.ts';

// How long a proof serves, milliseconds.
const lasting = 5 * 60_000;
// How long a password that was set without a proof is none itself, milliseconds: as long as a replacement waits.
const unproven = 7 * 86_400_000;

/** What is remembered across restarts. */
type Kept = Pick<SettingsStore, 'current' | 'update'>;

/** Whether the person at the screen has shown that the backup is theirs. Keeps no secret, only until when that holds. */
export class OwnerProof {
  readonly #holder: Pick<DeviceHolder, 'device'>;
  readonly #settings: Kept;
  readonly #now: () => number;
  readonly #changed: () => void;
  #until = 0;

  /** @param changed hears when `until` is another */
  constructor(holder: Pick<DeviceHolder, 'device'>, settings: Kept, now: () => number, changed: () => void) {
    this.#holder = holder;
    this.#settings = settings;
    this.#now = now;
    this.#changed = changed;
  }

  /** Until when the last proof serves, milliseconds since 1970; nothing when none does. */
  get until(): number | undefined {
    const left = this.#until - this.#now();
    // A clock that was set back makes none last longer.
    return left > 0 && left <= lasting ? this.#until : undefined;
  }

  /**
   * Checks a proof, which then serves for five minutes. A wrong password costs a guess.
   * @throws StrongroomError `proof-needed` for a password that is none yet, `malformed-key`, and as `proveOwner`
   */
  async prove(proof: Proof): Promise<void> {
    this.forget();
    await proveOwner(this.#holder.device, this.fresh(proof));
    this.#until = this.#now() + lasting;
    this.#changed();
  }

  /**
   * A proof as the client checks it, for what always asks for one.
   * @throws StrongroomError `proof-needed` for a password that is none yet, and for what is no proof; `malformed-key`
   */
  fresh(proof: Proof): ClientProof {
    const from = passwordProvesFrom(this.#settings.current, this.#now());
    if (proof?.way === 'password' && from !== undefined)
      throw new StrongroomError('proof-needed', { until: from });
    return toProof(proof);
  }

  /** @throws StrongroomError `proof-needed` unless one was given in the last five minutes */
  require(): void {
    if (this.until === undefined) throw new StrongroomError('proof-needed', { until: null });
  }

  /** From now on none was given. */
  forget(): void {
    this.#until = 0;
    this.#changed();
  }

  /** Sets a password; one that is set without a proof is none itself until a week is over. */
  async whileSetting(isProven: boolean, set: () => Promise<void>): Promise<void> {
    const { device } = this.#holder;
    const { pending, rotation } = device.state;
    const { passwordProvesFrom: before } = this.#settings.current;
    // Before it begins, so that it holds however this ends.
    if (!isProven) await this.#settings.update({ passwordProvesFrom: this.#now() + unproven });
    try {
      await set();
    } catch (error) {
      // Nothing was begun: the password is still the one before.
      const isAsBefore = device.state.pending === pending && device.state.rotation === rotation;
      if (isAsBefore) await this.#settings.update({ passwordProvesFrom: before });
      throw error;
    }
    if (isProven) await this.#settings.update({ passwordProvesFrom: undefined });
  }
}

/** From when the password is a proof, milliseconds since 1970; nothing when it is one. */
export function passwordProvesFrom({ passwordProvesFrom: from }: Settings, now: number): number | undefined {
  if (from === undefined || from <= now) return undefined;
  return Math.min(from, now + unproven);
}
