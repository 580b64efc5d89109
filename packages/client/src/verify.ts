import {
  listSnapshots,
  verifyArchive,
  type Archive,
  type VerifyOptions,
  type VerifyProblem,
  type VerifyResult,
} from '@strongroom/archive';
import { equalBytes, fromHex, isStrongroomError, StrongroomError } from '@strongroom/core';
import type { Device } from './device.ts';
import { descriptorProblem } from './lost-descriptor.ts';

// More than these are found again by the next check.
const mostRemembered = 1000;

/**
 * Checks this device's own backup, also whether the cloud has lost the newest snapshot that the device knows of. What is
 * damaged is remembered: the next backup stores it again.
 * @throws StrongroomError `newer-version`, `cancelled`, and what the cloud throws
 */
export async function verify(
  device: Device,
  archive: Archive,
  options: VerifyOptions = {},
): Promise<VerifyResult> {
  const { signal } = options;
  const result = await verifyArchive(archive, options);
  const rollback = await rollbackOf(device, archive, signal);
  const problems = [
    ...(rollback ? [{ error: rollback }] : []),
    ...(await Promise.all(result.problems.map((problem) => named(problem, archive, signal)))),
  ];
  await remember(device, archive, problems, options.depth === 'full');
  return { ...result, problems };
}

// The archive's own words for a descriptor that is lost or altered are those for a cloud without any, and a wrong key.
async function named(
  problem: VerifyProblem,
  archive: Archive,
  signal: AbortSignal | undefined,
): Promise<VerifyProblem> {
  if (!isStrongroomError(problem.error, 'archive-missing', 'wrong-key')) return problem;
  return { ...problem, error: (await descriptorProblem(archive, signal)) ?? problem.error };
}

async function rollbackOf(
  { state }: Device,
  archive: Archive,
  signal: AbortSignal | undefined,
): Promise<StrongroomError | undefined> {
  const last = state.backup?.last;
  if (last === undefined) return undefined;
  let damaged = false;
  const onProblem = (): void => void (damaged = true);
  const snapshots = await listSnapshots(archive, { signal, onProblem }).catch((error: unknown) => {
    if (!isStrongroomError(error, 'archive-damaged', 'other-key')) throw error;
    damaged = true;
    return [];
  });
  const [newest] = snapshots;
  const found = newest?.number ?? 0;
  const isThere =
    found > last.number || (found === last.number && equalBytes(newest!.hash, fromHex(last.hash)));
  // A newest one that is damaged has been told of as that.
  return isThere || damaged ? undefined : new StrongroomError('rolled-back', { seen: last.number, found });
}

async function remember(
  device: Device,
  archive: Archive,
  problems: readonly VerifyProblem[],
  all: boolean,
): Promise<void> {
  const known = all ? [] : (device.requireBackup().damagedPacks ?? []);
  const found = problems.flatMap(({ error }) => damagedPack(error, archive) ?? []);
  const damagedPacks = [...new Set([...known, ...found])].slice(0, mostRemembered);
  if (damagedPacks.length > 0 || device.requireBackup().damagedPacks !== undefined)
    await device.updateBackup({ damagedPacks });
}

function damagedPack(error: StrongroomError, { id }: Archive): string | undefined {
  if (!isStrongroomError(error, 'archive-damaged')) return undefined;
  const { object } = error.details;
  return object.startsWith(`${id}/packs/`) ? object : undefined;
}
