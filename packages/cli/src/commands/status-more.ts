import { resolve } from 'node:path';
import { listEvents, type Device, type PlainState, type SecurityEvent } from '@strongroom/client';
import { isStrongroomError } from '@strongroom/core';
import { findSchedule, type Scheduled } from '../schedule/schedule.ts';
import { eventText, isWorrying } from '../terminal/event-text.ts';
import { countText, momentText, sizeText } from '../terminal/words.ts';
import { whenText } from './schedule.ts';

/** What `status` tells besides the encrypted backups. */
export interface MoreStatus {
  /** When backups run by themselves. */
  readonly schedule: (Scheduled & { readonly when: string }) | null;
  /** Unencrypted backups that this device made. */
  readonly plain: readonly PlainState[];
  /** What happened to the account and was not shown on this device yet; `null`: the server could not be asked. */
  readonly unseenEvents: readonly SecurityEvent[] | null;
}

/** Looks for a schedule and for unencrypted backups. */
export async function moreStatus(device: Device, profile: string, signal: AbortSignal): Promise<MoreStatus> {
  // A crontab that cannot be read is no reason to tell nothing else.
  const scheduled = await findSchedule(resolve(profile)).catch(() => undefined);
  const schedule = scheduled ? { ...scheduled, when: whenText(scheduled) } : null;
  return { schedule, plain: device.state.plain ?? [], unseenEvents: await unseenEvents(device, signal) };
}

async function unseenEvents(device: Device, signal: AbortSignal): Promise<readonly SecurityEvent[] | null> {
  if (device.state.account === undefined) return null;
  try {
    const { events, acknowledged } = await listEvents(device, { signal });
    return events.filter(({ number }) => number > acknowledged);
  } catch (error) {
    // That the server cannot be reached is told with the vault; one of an earlier version knows no events.
    if (!isStrongroomError(error, 'offline', 'unavailable', 'too-many-requests', 'signed-out')) throw error;
    return null;
  }
}

/** What somebody had better look at; none when there is nothing. */
export function eventLines({ unseenEvents: unseen }: MoreStatus): string[] {
  const worrying = (unseen ?? []).filter(isWorrying);
  if (worrying.length === 0) return [];
  const shown = worrying.slice(-3);
  const more = worrying.length > shown.length ? ` The last ${shown.length} of ${worrying.length}:` : '';
  return [
    '',
    `Since you last looked (\`strongroom events\`):${more}`,
    ...shown.map((event) => `  ${eventText(event)}`),
  ];
}

/** The same in lines; none when there is nothing to tell. */
export function moreLines({ schedule, plain }: MoreStatus): string[] {
  return [
    ...(schedule ? [`  Schedule    ${schedule.when}, by ${schedule.by}`] : []),
    ...plain.map(({ cloud, last }) =>
      last === undefined
        ? `  UNENCRYPTED in ${cloud}: begun and not finished`
        : `  UNENCRYPTED in ${cloud}: ${momentText(last.at)} · ${countText(last.files, 'file')} · ${sizeText(last.bytes)}`,
    ),
  ];
}
