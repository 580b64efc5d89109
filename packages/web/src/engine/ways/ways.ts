import {
  addKey64,
  addPasskey,
  addPassword,
  cancelReplacement,
  changePassword,
  checkGroups,
  checkPassword,
  confirmKey,
  disable,
  enable,
  isKept,
  isRotating,
  judgePassword,
  keyGroups,
  removeKey64,
  removePasskey,
  removePassword,
  rotateKey,
  showKey,
  type BackupKey,
  type ChosenPassword,
  type Device,
} from '@strongroom/client';
import { fromHex, Secret, StrongroomError, toHex } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import type { Engine, PasskeyProof, Proof } from '../contract.ts';
import type { DeviceHolder } from '../device/device-holder.ts';
import { builtinCloud } from '../device/device-ports.ts';
import type { OwnerProof } from '../device/owner-proof.ts';
import { toPasskey } from '../device/proofs.ts';

type TurnOn = Parameters<Engine['turnOn']>[0];

// For the client, after `OwnerProof` has checked: what stands for a proof must not be typed again.
const proven = { proof: { way: 'proven' } } as const;

/** Turning encrypted backups on and off, and the ways to unlock them. */
export class Ways {
  readonly #holder: DeviceHolder;
  readonly #proof: OwnerProof;
  readonly #relyingParty: string;
  /** The key that the person has shown to have kept before anything was turned on, hex. */
  #keptKey: string | undefined;

  /** @param relyingParty the host that the page comes from */
  constructor(holder: DeviceHolder, proof: OwnerProof, relyingParty: string) {
    this.#holder = holder;
    this.#proof = proof;
    this.#relyingParty = relyingParty;
  }

  async judgePassword(password: string): ReturnType<Engine['judgePassword']> {
    await ready();
    const { ok, why, strength } = judgePassword(password);
    return { ok, strength, ...(why !== null && { why }) };
  }

  /** @throws StrongroomError `already-enabled` */
  async newKey(): Promise<readonly string[]> {
    const { device } = this.#holder;
    if (device.state.backup) throw new StrongroomError('already-enabled', {});
    const begun = device.state.pending?.enabling?.key;
    if (begun !== undefined) return keyGroups(keyOf(begun));
    const key = new Secret(device.ports.random(32));
    // What turning on goes on with, also when the page was closed in between.
    const generation = toHex(device.ports.random(16));
    await device.update({
      pending: { generation, directoryEpoch: 0, enabling: { key: toHex(key.reveal()) } },
    });
    return keyGroups(key);
  }

  /** @throws StrongroomError `malformed-key` that names the group, `not-enabled` or `wrong-usage` when no key waits for it */
  async confirmKey(groups: Readonly<Record<string, string>>): Promise<void> {
    const { device } = this.#holder;
    const begun = device.state.pending?.enabling?.key;
    if (device.state.backup === undefined && begun !== undefined) {
      needKept(checkGroups(keyOf(begun), groups));
      this.#keptKey = begun;
      return;
    }
    // One that is kept is not compared with what somebody guesses, group by group.
    if (device.requireBackup().key64 !== 'unconfirmed')
      throw new StrongroomError('wrong-usage', { why: 'No key waits to be confirmed.' });
    needKept(await confirmKey(device, groups));
  }

  async turnOn({ password, again, key64, passkey }: TurnOn): Promise<void> {
    const { device } = this.#holder;
    if (key64) await this.newKey();
    await enable(device, {
      cloud: builtinCloud,
      ...(password !== undefined && { password: chosen(password, again ?? '') }),
      ...(key64 && { keepKey: async (key: BackupKey) => toHex(key.reveal()) === this.#keptKey }),
      ...(passkey && { passkeys: [toPasskey(passkey, this.#relyingParty)] }),
    });
    this.#keptKey = undefined;
  }

  async addPassword(password: string, again: string): Promise<void> {
    const { device } = this.#holder;
    this.#proof.require();
    await this.#proof.whileSetting(true, () => addPassword(device, chosen(password, again), proven));
  }

  async addPasskey(passkey: PasskeyProof): Promise<void> {
    this.#proof.require();
    await addPasskey(this.#holder.device, toPasskey(passkey, this.#relyingParty), proven);
  }

  async addKey64(proof: Proof): Promise<readonly string[]> {
    const { device } = this.#holder;
    await addKey64(device, { proof: this.#proof.fresh(proof), keepKey: async () => false });
    return keyGroups(device.backupKey());
  }

  async removeWay(way: Parameters<Engine['removeWay']>[0], shown: Proof): Promise<void> {
    const { device } = this.#holder;
    const proof = this.#proof.fresh(shown);
    if (way === 'password') return removePassword(device, { proof });
    if (way === 'key64') return removeKey64(device, { proof });
    await removePasskey(device, bytesOf(way.passkey), { proof });
  }

  async showKey(proof: Proof): Promise<readonly string[]> {
    return keyGroups(await showKey(this.#holder.device, this.#proof.fresh(proof)));
  }

  /** A new 64-digit key is not shown by it: it counts as kept when the person has shown so. */
  async finishKeyChange(password: string | undefined): Promise<void> {
    const { device } = this.#holder;
    if (!isRotating(device))
      throw new StrongroomError('wrong-usage', { why: 'No change of the key was begun.' });
    const { vaultProblem } = await rotateKey(device, {
      ...(password !== undefined && { askPassword: async () => new Secret(password) }),
    });
    if (vaultProblem) throw vaultProblem;
  }

  async checkPassword(password: string): Promise<void> {
    const { renewalProblem } = await checkPassword(this.#holder.device, new Secret(password));
    if (renewalProblem) throw renewalProblem;
  }

  async changePassword(...[password, again, how]: Parameters<Engine['changePassword']>): Promise<void> {
    const { device } = this.#holder;
    const isProven = how === 'proven';
    // Where there is none yet, it would be added.
    if (isProven || !device.requireBackup().password) this.#proof.require();
    await this.#proof.whileSetting(isProven, () => changePassword(device, chosen(password, again)));
  }

  async turnOff(deleteBackups: boolean): Promise<void> {
    this.#proof.require();
    await disable(this.#holder.device, { ...proven, deleteBackups });
  }

  async cancelReplacement(): Promise<void> {
    await cancelReplacement(this.#holder.device);
  }
}

/** What was begun and not finished. */
export function unfinishedOf({
  state: { pending, rotation },
}: Device): 'turning-on' | 'change-of-password' | 'change-of-key' | undefined {
  if (pending?.enabling !== undefined) return 'turning-on';
  if (rotation?.key64 !== undefined) return 'change-of-key';
  return pending === undefined ? undefined : 'change-of-password';
}

function needKept(problems: Readonly<Record<string, string | null>>): void {
  const wrong = Object.entries(problems).find(([, problem]) => problem !== null);
  if (wrong) throw new StrongroomError('malformed-key', { group: wrong[0], why: wrong[1]! });
  if (!isKept(problems)) throw new StrongroomError('wrong-usage', { why: 'Two groups are asked for.' });
}

function keyOf(hex: string): BackupKey {
  return new Secret(fromHex(hex));
}

function chosen(password: string, again: string): ChosenPassword {
  return { password: new Secret(password), again: new Secret(again) };
}

/** @throws StrongroomError `malformed` */
function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  try {
    return fromHex(hex);
  } catch (cause) {
    throw new StrongroomError('malformed', { what: 'the id of a passkey' }, { cause });
  }
}
