import { resolve } from 'node:path';
import type { Device, PlainState } from '@strongroom/client';
import { findSchedule, type Scheduled } from '../schedule/schedule.ts';
import { countText, momentText, sizeText } from '../terminal/words.ts';
import { whenText } from './schedule.ts';

/** What `status` tells besides the encrypted backups. */
export interface MoreStatus {
  /** When backups run by themselves. */
  readonly schedule: (Scheduled & { readonly when: string }) | null;
  /** Unencrypted backups that this device made. */
  readonly plain: readonly PlainState[];
}

/** Looks for a schedule and for unencrypted backups. */
export async function moreStatus({ state }: Device, profile: string): Promise<MoreStatus> {
  // A crontab that cannot be read is no reason to tell nothing else.
  const scheduled = await findSchedule(resolve(profile)).catch(() => undefined);
  const schedule = scheduled ? { ...scheduled, when: whenText(scheduled) } : null;
  return { schedule, plain: state.plain ?? [] };
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
