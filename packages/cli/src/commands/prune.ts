import { join } from 'node:path';
import type { Command } from 'commander';
import {
  bytesOf,
  defaultRetention,
  filesOf,
  type Progress,
  type RetentionPolicy,
  type SnapshotInfo,
} from '@strongroom/archive';
import { nodeEngine, openJournal } from '@strongroom/archive/node';
import { prune, type PruneBackupResult } from '@strongroom/client';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import { Advised } from '../terminal/advised.ts';
import { countText, momentText, sizeText } from '../terminal/words.ts';
import { withDevice } from './context.ts';
import type { GlobalOptions } from './global-options.ts';

interface PruneCommandOptions extends GlobalOptions {
  readonly keepLast?: string;
  readonly keepDaily?: string;
  readonly keepWeekly?: string;
  readonly keepMonthly?: string;
  readonly dryRun?: boolean;
  readonly now?: boolean;
  readonly repack: boolean;
  readonly acceptLoss?: boolean;
}

/** `strongroom prune`: lets old snapshots go. */
export function addPrune(program: Command, signal: AbortSignal): void {
  const { last, daily, weekly, monthly } = defaultRetention;
  program
    .command('prune')
    .summary('let old snapshots go and make room')
    .description(
      `Lets old snapshots go, and with them what no other snapshot needs. Without an option that says what to keep: the last ${last}, and the newest of each of the last ${daily} days, ${weekly} weeks and ${monthly} months that have one. The newest always stays.`,
    )
    .option('--keep-last <n>', 'keep the newest n snapshots')
    .option('--keep-daily <n>', 'keep the newest of each day, for n days')
    .option('--keep-weekly <n>', 'keep the newest of each week, for n weeks')
    .option('--keep-monthly <n>', 'keep the newest of each month, for n months')
    .option('--dry-run', 'only say what would be done')
    .option('--now', 'delete at once, not 30 days later')
    .option('--no-repack', 'leave packs as they are of which only a part is still needed')
    .option('--accept-loss', 'go on although snapshots are lost or damaged; what only they need goes, too')
    .addHelpText(
      'after',
      `
What no snapshot needs any more is marked first, and deleted by the first prune that runs 30 days later: until then a
device that is restoring, or that has not heard of the prune yet, finds everything in its place. With --now it is
deleted at once. Use that when no other device is restoring from this backup or writing to it.

Interrupted at any moment, a prune loses nothing that is kept; the next one finishes it.`,
    )
    .action(async (_: unknown, command: Command) =>
      run(command.optsWithGlobals<PruneCommandOptions>(), signal),
    );
}

async function run(options: PruneCommandOptions, signal: AbortSignal): Promise<void> {
  const policy = policyOf(options);
  await withDevice(options, signal, async ({ device, terminal, profile }) => {
    const warnings: string[] = [];
    const warn = ({ message }: { message: string }): void => {
      warnings.push(message);
      terminal.warn(message);
    };
    const journal = openJournal(join(profile, 'journal.db'), device.requireBackup().archiveId, warn);
    const progress = terminal.progress('Repacking');
    try {
      const result = await prune(device, {
        engine: nodeEngine(),
        journal,
        repack: options.repack,
        ...(policy && { policy }),
        ...(options.now !== undefined && { deleteNow: options.now }),
        ...(options.dryRun !== undefined && { dryRun: options.dryRun }),
        ...(options.acceptLoss !== undefined && { acceptLoss: options.acceptLoss }),
        progress: ({ phase, bytesDone, bytesTotal, secondsLeft }: Progress) => {
          if (phase === 'prune') progress.advance({ done: bytesDone, total: bytesTotal, secondsLeft });
        },
        warn,
        signal,
      });
      progress.end();
      terminal.result({ ...toJson(result), warnings }, toLines(result));
      if (result.vaultProblem)
        terminal.warn(`That is done, but the vault could not be told of it: ${result.vaultProblem.message}`);
    } catch (error) {
      throw withWayOut(error);
    } finally {
      progress.end();
      await journal.close();
    }
  });
}

/** What the options say to keep; nothing when they do not say. */
function policyOf(options: PruneCommandOptions): RetentionPolicy | undefined {
  const { keepLast, keepDaily, keepWeekly, keepMonthly } = options;
  if ([keepLast, keepDaily, keepWeekly, keepMonthly].every((value) => value === undefined)) return undefined;
  const policy = {
    last: countOf('--keep-last', keepLast),
    daily: countOf('--keep-daily', keepDaily),
    weekly: countOf('--keep-weekly', keepWeekly),
    monthly: countOf('--keep-monthly', keepMonthly),
  };
  if (Object.values(policy).some((count) => count > 0)) return policy;
  throw new StrongroomError('wrong-usage', { why: 'To keep the newest snapshot alone: --keep-last 1.' });
}

function countOf(option: string, value: string | undefined): number {
  if (value === undefined) return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new StrongroomError('wrong-usage', { why: `${option} takes a whole number, not "${value}".` });
}

function withWayOut(error: unknown): unknown {
  if (isStrongroomError(error, 'other-writer'))
    return new Advised(error, [
      'To go on with it on this device, make a backup first: `strongroom backup PATH --take-over`.',
    ]);
  if (!isStrongroomError(error, 'archive-damaged', 'archive-incomplete', 'rolled-back')) return error;
  return new Advised(error, [
    'Nothing is deleted as long as it is not known what the snapshots need. Look closer: `strongroom verify`. To let go of what is lost: the same command with --accept-loss.',
  ]);
}

function toJson({ newest, vaultProblem, kept, removed, waiting, ...result }: PruneBackupResult): object {
  return {
    ...result,
    kept: kept.map(snapshotJson),
    removed: removed.map(snapshotJson),
    number: newest?.number ?? null,
    waitingBytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0),
    waiting,
    vaultProblem: vaultProblem ?? null,
  };
}

function snapshotJson({ id, number, time, totals }: SnapshotInfo): object {
  return { id, number, time, files: filesOf(totals), bytes: bytesOf(totals) };
}

function toLines(result: PruneBackupResult): string[] {
  const { dryRun, kept, removed, repackedPacks, packsLeft, uploadedBytes } = result;
  if (kept.length === 0) return ['No snapshot yet: `strongroom backup PATH`'];
  const oldest = kept.at(-1)!;
  const stay = `${countText(kept.length, 'snapshot')} ${kept.length === 1 ? 'stays' : 'stay'}`;
  return [
    ...removed.map(
      ({ number, time }) => `${dryRun ? 'Would go' : 'Gone'}: number ${number}, ${momentText(time)}`,
    ),
    `${stay}${kept.length === 1 ? '' : `, the oldest of ${momentText(oldest.time)}`}. ${goneText(removed.length, dryRun)}`,
    ...(repackedPacks === 0
      ? []
      : [
          `${countText(repackedPacks, 'pack')} mostly unused: what is needed of ${repackedPacks === 1 ? 'it' : 'them'} ${dryRun ? 'would be' : 'is'} written anew, ${sizeText(uploadedBytes)}.`,
        ]),
    ...(packsLeft === 0 ? [] : [`${countText(packsLeft, 'pack')} more: run it again to go on.`]),
    ...roomLines(result),
  ];
}

function goneText(count: number, dryRun: boolean): string {
  if (count === 0) return 'None is old enough to go.';
  return dryRun ? `${count} would go.` : `${count} ${count === 1 ? 'is' : 'are'} gone.`;
}

function roomLines({ dryRun, freedBytes, waiting }: PruneBackupResult): string[] {
  const bytes = waiting.reduce((sum, waits) => sum + waits.bytes, 0);
  const next = Math.min(...waiting.map(({ from }) => from));
  return [
    ...(freedBytes > 0 ? [`${dryRun ? 'Would be deleted' : 'Deleted'}: ${sizeText(freedBytes)}.`] : []),
    ...(bytes > 0
      ? [
          `No longer needed: ${sizeText(bytes)}. A prune after ${momentText(next)} deletes it; with --now, at once.`,
        ]
      : []),
    ...(freedBytes + bytes === 0 ? ['Nothing to delete.'] : []),
    ...(dryRun ? ['Nothing was changed.'] : []),
  ];
}
