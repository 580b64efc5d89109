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
  judgePassword,
  keyGroups,
  removeKey64,
  removePasskey,
  removePassword,
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
import { toPasskey, toProof } from '../device/proofs.ts';

type TurnOn = Parameters<Engine['turnOn']>[0];

// The page has asked the device's own lock, or it is the person who holds the unlocked device.
const ownDevice = { proof: { way: 'device-lock' } } as const;

/** Turning encrypted backups on and off, and the ways to unlock them. */
export class Ways {
  readonly #holder: DeviceHolder;
  readonly #relyingParty: string;
  /** The key that the person has shown to have kept before anything was turned on, hex. */
  #keptKey: string | undefined;

  /** @param relyingParty the host that the page comes from */
  constructor(holder: DeviceHolder, relyingParty: string) {
    this.#holder = holder;
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

  /** @throws StrongroomError `malformed-key` that names the group, `not-enabled` when no key was shown */
  async confirmKey(groups: Readonly<Record<string, string>>): Promise<void> {
    const { device } = this.#holder;
    const begun = device.state.pending?.enabling?.key;
    if (device.state.backup === undefined && begun !== undefined) {
      needKept(checkGroups(keyOf(begun), groups));
      this.#keptKey = begun;
      return;
    }
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
    await addPassword(this.#holder.device, chosen(password, again), ownDevice);
  }

  async addPasskey(passkey: PasskeyProof): Promise<void> {
    await addPasskey(this.#holder.device, toPasskey(passkey, this.#relyingParty), ownDevice);
  }

  async addKey64(): Promise<readonly string[]> {
    const { device } = this.#holder;
    await addKey64(device, { ...ownDevice, keepKey: async () => false });
    return keyGroups(device.backupKey());
  }

  async removeWay(way: Parameters<Engine['removeWay']>[0]): Promise<void> {
    const { device } = this.#holder;
    if (way === 'password') return removePassword(device, ownDevice);
    if (way === 'key64') return removeKey64(device, ownDevice);
    await removePasskey(device, bytesOf(way.passkey), ownDevice);
  }

  async showKey(proof: Proof): Promise<readonly string[]> {
    return keyGroups(await showKey(this.#holder.device, toProof(proof)));
  }

  async checkPassword(password: string): Promise<void> {
    const { renewalProblem } = await checkPassword(this.#holder.device, new Secret(password));
    if (renewalProblem) throw renewalProblem;
  }

  async changePassword(password: string, again: string): Promise<void> {
    await changePassword(this.#holder.device, chosen(password, again));
  }

  async turnOff(proof: Proof, deleteBackups: boolean): Promise<void> {
    await disable(this.#holder.device, { proof: toProof(proof), deleteBackups });
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
