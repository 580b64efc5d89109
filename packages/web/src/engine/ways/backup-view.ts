import type { Device } from '@strongroom/client';
import type { BackupView, VaultView, WaysView } from '../contract.ts';
import type { DeviceHolder } from '../device/device-holder.ts';
import { toProblem } from '../problem.ts';
import type { Settings } from '../settings.ts';
import { passwordProvesFrom } from '../device/owner-proof.ts';
import { nextBackup } from '../tasks/due.ts';
import { unfinishedOf } from './ways.ts';

/** What there is to be seen of the backups. */
export interface BackupFacts {
  readonly holder: DeviceHolder;
  readonly settings: Settings;
  /** What came after the last backup. */
  readonly unsaved: BackupView['unsaved'];
  readonly vault: VaultView | undefined;
  /** Until when the last proof serves. */
  readonly provenUntil: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** How the backups stand. */
export function backupView({ holder, settings, unsaved, vault, provenUntil, now }: BackupFacts): BackupView {
  const { readable, damage } = holder;
  const { last, lastCheck, failure, schedule, includeVideos } = settings;
  const on = readable?.state.backup !== undefined;
  const unfinished = readable && unfinishedOf(readable);
  const next = on ? nextBackup({ schedule, lastAt: last?.at, failure }, now) : undefined;
  const problem = damage ? toProblem(damage) : failure?.problem;
  const reminderAt = readable && reminderOf(readable);
  const contestedUntil = readable?.state.pending?.contestedUntil;
  const provesFrom = on ? passwordProvesFrom(settings, now) : undefined;
  return {
    on,
    ways: waysOf(readable, settings),
    schedule,
    includeVideos,
    unsaved,
    ...(unfinished && { unfinished }),
    ...(contestedUntil !== undefined && { contestedUntil }),
    ...(provenUntil !== undefined && { provenUntil }),
    ...(provesFrom !== undefined && { passwordProvesFrom: provesFrom }),
    ...(last && { last: withoutMark(last) }),
    ...(lastCheck && { lastCheck }),
    ...(next !== undefined && { next }),
    ...(vault && { vault }),
    ...(reminderAt !== undefined && { reminderAt }),
    ...(problem && { problem }),
  };
}

function waysOf(device: Device | undefined, { passkeysAddedAt = {} }: Settings): WaysView {
  const { password = false, key64 = 'not-chosen', passkeys = [] } = device?.state.backup ?? {};
  const views = passkeys.map(({ credentialId: id, name = '' }) => ({
    id,
    name,
    addedAt: passkeysAddedAt[id] ?? 0,
  }));
  return { password, key64, passkeys: views };
}

function withoutMark(last: NonNullable<Settings['last']>): NonNullable<BackupView['last']> {
  const { mark: _, ...view } = last;
  return view;
}

function reminderOf({ state: { backup } }: Device): number | undefined {
  return backup?.password ? backup.reminder?.askAt : undefined;
}
