import type { Archive, UnlockWay } from '@strongroom/archive';
import { isStrongroomError } from '@strongroom/core';
import type { Device } from './device.ts';
import type { BackupState, PasskeyState } from './device-state.ts';
import { descriptorProblem } from './lost-descriptor.ts';
import { toPasskeyWay } from './passkey.ts';

/** What a device knows of the ways to unlock its backups. */
export type KnownWays = Pick<BackupState, 'password' | 'key64' | 'passkeys'>;

/**
 * The ways to unlock as the archive's descriptor lists them.
 * @param directoryEpoch of the list of vaults that the password was registered with; 0 without one
 */
export function toUnlock({ password, key64, passkeys = [] }: KnownWays, directoryEpoch: number): UnlockWay[] {
  return [
    ...(password ? [{ way: 'password', directoryEpoch } as const] : []),
    ...(key64 === 'not-chosen' ? [] : [{ way: 'key' } as const]),
    ...passkeys.map(toPasskeyWay),
  ];
}

/** The same ways with a password, registered with a list of vaults. */
export function withPassword(unlock: readonly UnlockWay[], directoryEpoch: number): UnlockWay[] {
  return [{ way: 'password', directoryEpoch }, ...unlock.filter(({ way }) => way !== 'password')];
}

/** What is left of the ways. */
export function without(unlock: readonly UnlockWay[], gone: UnlockWay['way']): UnlockWay[] {
  return unlock.filter(({ way }) => way !== gone);
}

/**
 * The ways to unlock an archive that this device holds the key of: authenticated; when the descriptor is lost, damaged
 * or of before a change of the key, as this device remembers them. Another device may have changed them.
 * @throws StrongroomError `other-key` when another device has changed the key
 */
export async function presentUnlock(
  device: Device,
  archive: Archive,
  signal: AbortSignal | undefined,
): Promise<readonly UnlockWay[]> {
  const problem = await descriptorProblem(archive, signal);
  if (problem === undefined) return archive.unlock({ signal });
  if (isStrongroomError(problem, 'other-key') && !problem.details.earlier) throw problem;
  return rememberedUnlock(device, signal);
}

/** The ways to unlock as this device remembers them. @throws StrongroomError `offline` when a password is one of them */
export async function rememberedUnlock(
  device: Device,
  signal: AbortSignal | undefined,
): Promise<UnlockWay[]> {
  const backup = device.requireBackup();
  const epoch = backup.password ? Number((await device.vaults(signal)).directory.epoch) : 0;
  return toUnlock(backup, epoch);
}

/** A passkey as people are shown it. */
export interface NamedPasskey {
  /** Hexadecimal digits. */
  readonly credentialId: string;
  /** Only the device that added it knows its name. */
  readonly name: string | null;
}

/** Passkeys as people are shown them. */
export function named(passkeys: readonly PasskeyState[] = []): NamedPasskey[] {
  return passkeys.map(({ credentialId, name }) => ({ credentialId, name: name ?? null }));
}
