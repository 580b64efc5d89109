import {
  addPasskey,
  passkeysOf,
  rotateKey,
  waysToUnlock,
  type BackupKey,
  type Passkey,
  type Proof,
  type RotateKeyResult,
} from '@strongroom/client';
import { Secret } from '@strongroom/core';
import { Authenticator } from './authenticator.ts';
import { password, RotationWorld, type Cut, type Ways } from './rotation-world.ts';
import { codeOf } from './threshold-fleet.ts';

/** What opens a backup: `ok`, or the code of the error. */
export interface Openings {
  readonly offered: readonly string[];
  readonly password: string;
  readonly passkey: string;
  readonly key: string;
}

export const byLock: { readonly proof: Proof } = { proof: { way: 'proven' } };

/** A phone whose backup opens in several ways, a passkey of its owner, and power cuts. */
export class WaysWorld {
  readonly inner: RotationWorld;
  readonly authenticator: Authenticator;
  readonly passkey: Passkey;
  readonly key: BackupKey;

  private constructor(inner: RotationWorld, authenticator: Authenticator, passkey: Passkey) {
    this.inner = inner;
    this.authenticator = authenticator;
    this.passkey = passkey;
    this.key = inner.phone.backupKey();
  }

  static async open(ways: Ways & { readonly passkey: boolean }): Promise<WaysWorld> {
    const inner = await RotationWorld.open(ways);
    const authenticator = new Authenticator();
    const passkey = authenticator.make('blue stick');
    if (ways.passkey) await addPasskey(inner.phone, passkey, byLock);
    return new WaysWorld(inner, authenticator, passkey);
  }

  /** Does something until the power is cut, and starts the phone again. */
  async cutOff(cut: Cut, act: (world: WaysWorld) => Promise<unknown>): Promise<void> {
    this.inner.cutPower(cut);
    await act(this).catch(() => undefined);
    await this.inner.restart();
  }

  rotate(): Promise<RotateKeyResult> {
    return rotateKey(this.inner.phone, {
      askPassword: async () => new Secret(password),
      keepKey: this.inner.keep,
      askPasskeys: async (hints) => this.authenticator.answer(hints),
    });
  }

  /** What a new phone is offered, and what opens the newest backup there. */
  async openings(key: BackupKey = this.key): Promise<Openings> {
    const looking = await this.inner.fresh();
    const offered = [...(await waysToUnlock(looking, { cloud: 'memory:' }))].toSorted();
    return {
      offered,
      password: await codeOf(this.inner.byPassword()),
      passkey: await codeOf(this.byPasskey()),
      key: await codeOf(this.inner.byKey(key)),
    };
  }

  /** What a new phone gets with the passkey: by the hint in the cloud, where there is one. */
  async byPasskey(): ReturnType<RotationWorld['opened']> {
    const hints = await passkeysOf(await this.inner.fresh(), { cloud: 'memory:' });
    const { credentialId, prfOutput } = this.authenticator.answer(hints)[0] ?? this.passkey;
    return this.inner.opened({ way: 'passkey', credentialId, prfOutput });
  }
}
