import { checkRotatable, type PasskeyWay } from '@strongroom/archive';
import {
  equalBytes,
  fromHex,
  isStrongroomError,
  Secret,
  StrongroomError,
  toHex,
  type Bytes,
} from '@strongroom/core';
import { tellVaults } from './backup.ts';
import type { BackupKey } from './backup-key.ts';
import { settlePending } from './change-password.ts';
import type { Device } from './device.ts';
import type { BackupState, PasskeyState } from './device-state.ts';
import {
  hintOf,
  passkeysIn,
  toPasskeyStates,
  toPasskeyWay,
  unwrapBy,
  wrapFor,
  type PasskeyHint,
  type PasskeyOutput,
} from './passkey.ts';
import { prepare } from './passwords.ts';
import {
  finishRotation,
  isOwnKey,
  isRotating,
  openPresent,
  writerOf,
  type RotationOptions,
} from './rotation.ts';
import { retrieve } from './vaults/retrieve.ts';

/** How far a change of the key is. */
export type RotationStep = 'check' | 'change' | 'tell-vaults';

/** What changing the key takes. */
export interface RotateKeyOptions extends RotationOptions {
  /** Asks for the password, where one opens the backup: it is checked, and registered for the new key. */
  readonly askPassword?: () => Promise<Secret<string>>;
  /** Shows the new 64-digit key, where one opens the backup, and answers whether the person has proven to have kept it. */
  readonly keepKey?: (key: BackupKey) => Promise<boolean>;
  /**
   * Asks the authenticator for each passkey once more, before anything is changed, and answers what it said: those wrap
   * the new key. The others no longer open the backup.
   */
  readonly askPasskeys?: (passkeys: readonly PasskeyHint[]) => Promise<readonly PasskeyOutput[]>;
  readonly onStep?: (step: RotationStep) => void;
}

/** A key that was changed. */
export interface RotateKeyResult {
  /** Whether this finished a change that was begun before. */
  readonly resumed: boolean;
  readonly ways: { readonly password: boolean; readonly key64: BackupState['key64'] };
  /** The number of the snapshot that repeats the newest one under the new key; none without a backup. */
  readonly snapshot: number | undefined;
  /** Passkeys that opened the backup, and no longer do, because they were not asked: only they could wrap the new key. */
  readonly droppedPasskeys: number;
  /** Why the vaults could not be told of the snapshot; a later backup tells them. */
  readonly vaultProblem: StrongroomError | undefined;
}

/**
 * Gives this backup a new key. Whoever has the old one opens nothing that is written afterwards; what was written before
 * stays as it is, and is opened through the new one. The password stays. A change that was cut off is finished by the
 * same call.
 * @throws StrongroomError `not-enabled`, `wrong-password`, `locked`, `contested`, `other-writer`, `rolled-back`,
 * `other-key`, `unavailable`, and what the cloud throws
 */
export async function rotateKey(device: Device, options: RotateKeyOptions): Promise<RotateKeyResult> {
  const { signal, onStep = () => undefined } = options;
  const { password } = device.requireBackup();
  const resumed = isRotating(device);
  onStep('check');
  const passkeys = await presentPasskeys(device, options);
  if ((await settlePending(device, signal)) === 'waiting')
    throw new StrongroomError('contested', { until: device.state.pending?.contestedUntil ?? 0 });
  // One that the vaults had committed is finished by now.
  if (!resumed || isRotating(device)) {
    const chosen = password ? await checkedPassword(device, options) : undefined;
    if (!resumed) await begin(device, passkeys, options);
    onStep('change');
    await finishRotation(device, chosen, options);
  }
  onStep('tell-vaults');
  const { vaultProblem } = await tellVaults(device, signal);
  const { key64, last, passkeys: kept = [] } = device.requireBackup();
  const droppedPasskeys = Math.max(0, passkeys.length - kept.length);
  return { resumed, ways: { password, key64 }, snapshot: last?.number, droppedPasskeys, vaultProblem };
}

// Not for what it protects, but because a slip would become the password.
async function checkedPassword(
  device: Device,
  { askPassword, signal }: RotateKeyOptions,
): Promise<{ password: Bytes; again: Bytes }> {
  const { directory, links } = await device.vaults(signal);
  const typed = await askPassword?.();
  if (!typed) throw new StrongroomError('wrong-usage', { why: 'The password of this backup is needed.' });
  const { random, stretch } = device.ports;
  const { key } = await retrieve({
    directory,
    links,
    password: await prepare(typed),
    random,
    stretch,
    signal,
  });
  if (!isOwnKey(device, key)) throw new StrongroomError('wrong-key', {});
  return { password: await prepare(typed), again: await prepare(typed) };
}

// Looks first whether this device may write at all. The person has the new key before anything is under it.
async function begin(
  device: Device,
  passkeys: readonly PasskeyWay[],
  options: RotateKeyOptions,
): Promise<void> {
  await checkRotatable(await openPresent(device, options), writerOf(device, options));
  // One that was shown, and not answered to when the command was cut off, is shown again.
  const key = device.state.rotation?.key ?? toHex(device.ports.random(32));
  await device.update({ rotation: { key } });
  try {
    const kept = await wrapAgain(device, passkeys, key, options);
    const key64 = await askToKeep(device, key, options);
    await device.update({ rotation: { key, key64, passkeys: kept } });
  } catch (error) {
    await device.update({ rotation: undefined });
    throw error;
  }
}

// What the authenticator says is believed when it opens the present key.
async function wrapAgain(
  device: Device,
  passkeys: readonly PasskeyWay[],
  newKey: string,
  { askPasskeys }: RotateKeyOptions,
): Promise<PasskeyState[]> {
  const { archiveId, password, key64, passkeys: known = [] } = device.requireBackup();
  const hints = passkeys.map((way) => hintOf(way, archiveId));
  const outputs = hints.length > 0 ? ((await askPasskeys?.(hints)) ?? []) : [];
  const key = new Secret(fromHex(newKey));
  const wrapped = await Promise.all(
    outputs.map(async (output) => {
      const present = await unwrapBy(passkeys, output, archiveId);
      if (!isOwnKey(device, present)) throw new StrongroomError('wrong-key', { passkey: true });
      return wrapFor({ ...hintFor(hints, output), ...output }, key, archiveId);
    }),
  );
  if (!password && key64 === 'not-chosen' && wrapped.length === 0)
    throw new StrongroomError('wrong-usage', {
      why: 'Only a passkey opens this backup, and it was not asked. Change the key where it can be, or add another way first.',
    });
  return toPasskeyStates(wrapped, known);
}

function hintFor(hints: readonly PasskeyHint[], { credentialId }: PasskeyOutput): PasskeyHint {
  return hints.find((hint) => equalBytes(hint.credentialId, credentialId))!;
}

async function askToKeep(
  device: Device,
  key: string,
  { keepKey }: RotateKeyOptions,
): Promise<BackupState['key64']> {
  if (device.requireBackup().key64 === 'not-chosen') return 'not-chosen';
  return (await keepKey?.(new Secret(fromHex(key)))) ? 'kept' : 'unconfirmed';
}

async function presentPasskeys(device: Device, options: RotationOptions): Promise<PasskeyWay[]> {
  try {
    const archive = await openPresent(device, options);
    return passkeysIn(await archive.unlock({ signal: options.signal }));
  } catch (error) {
    // Of a descriptor that is lost, or under the new key already, this device may remember them.
    if (!isStrongroomError(error, 'archive-missing', 'archive-damaged', 'wrong-key')) throw error;
    return (device.requireBackup().passkeys ?? []).map(toPasskeyWay);
  }
}
