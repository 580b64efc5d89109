import { join } from 'node:path';
import type { Command } from 'commander';
import { filesOf, bytesOf } from '@strongroom/archive';
import { folderPackCache, nodeEngine, openJournal } from '@strongroom/archive/node';
import { backup, type BackupResult } from '@strongroom/client';
import { folderOfCloud } from '@strongroom/client/node';
import { isStrongroomError } from '@strongroom/core';
import { Advised } from '../terminal/advised.ts';
import { countText, momentText, sizeText, spanText } from '../terminal/words.ts';
import { withDevice, type Context } from './context.ts';
import type { GlobalOptions } from './global-options.ts';
import { refusePlainOnly, runPlain, sayRetired, type PlainCommandOptions } from './plain-backup.ts';
import { addSourceOptions, openSource } from './source.ts';

interface BackupCommandOptions extends GlobalOptions, PlainCommandOptions {}

/** `strongroom backup`: makes a snapshot. */
export function addBackup(program: Command, signal: AbortSignal): void {
  const command = program
    .command('backup')
    .summary('back up a folder')
    .description(
      'Makes an encrypted snapshot of one folder or several. Only what changed since the last one is uploaded. Interrupted, it goes on where it was.',
    )
    .argument('<path...>', 'what to back up');
  addSourceOptions(command)
    .option('--no-compress', 'hide how well messages compress, at the cost of size')
    .option('--take-over', 'go on writing to a backup that another device has taken over')
    .option('--accept-loss', 'go on although the cloud has lost snapshots')
    .option(
      '--plain',
      'make an UNENCRYPTED backup, which whoever has the cloud can read; only while encryption is off, and deleted by itself once it is on and the first encrypted backup is checked',
    )
    .option('--cloud <url>', 'where an unencrypted backup goes: folder:/path or builtin:')
    .action(async (paths: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<BackupCommandOptions>();
      const run = options.plain === true ? runPlain : runEncrypted;
      await withDevice(options, signal, (context) => run(paths, options, context));
    });
}

async function runEncrypted(
  paths: readonly string[],
  options: BackupCommandOptions,
  { device, terminal, profile, signal }: Context,
): Promise<void> {
  const { archiveId, cloud, last } = device.requireBackup();
  refusePlainOnly(options);
  const warnings: { path: string; message: string }[] = [];
  const warn = (warning: { path: string; message: string }): void => {
    warnings.push({ path: warning.path, message: warning.message });
    terminal.warn(warning.message);
  };
  const source = await openSource(paths, options, device, profile, cloud);
  const journal = openJournal(join(profile, 'journal.db'), archiveId, warn);
  const progress = terminal.progress('Backing up');
  const checking = terminal.progress('Checking every byte');
  const began = Date.now();
  try {
    const result = await backup(device, source, {
      engine: nodeEngine(),
      journal,
      // To read from a folder takes no longer than from a copy.
      ...(folderOfCloud(cloud) === undefined && { cache: folderPackCache(join(profile, 'packs')) }),
      compress: options.compress,
      ...(options.takeOver !== undefined && { takeOver: options.takeOver }),
      ...(options.acceptLoss !== undefined && { acceptLoss: options.acceptLoss }),
      ...(progress.isWatched && {
        progress: ({ phase, bytesDone, bytesTotal, secondsLeft }) =>
          (phase === 'verify' ? checking : progress).advance({
            done: bytesDone,
            total: bytesTotal,
            secondsLeft,
          }),
      }),
      warn,
      signal,
    });
    progress.end();
    terminal.result(toJson(result, warnings), toLines(result, last?.at, (Date.now() - began) / 1000));
    if (!terminal.options.json) sayRetired(result.plain, terminal);
    sayVaultProblem(result, (line) => terminal.warn(line));
  } catch (error) {
    throw withWayOut(error);
  } finally {
    progress.end();
    await journal.close();
  }
}

// What the cloud has lost cannot come back by waiting.
function withWayOut(error: unknown): unknown {
  if (!isStrongroomError(error, 'archive-damaged', 'archive-incomplete', 'rolled-back')) return error;
  const advice =
    'To go on with what is left: the same command with --accept-loss. What is backed up is stored anew.';
  return new Advised(error, [advice]);
}

function toJson(
  { snapshot, vaultProblem, locked, plain }: BackupResult,
  warnings: readonly object[],
): object {
  const { id, number, time, totals, uploadedBytes, newBytes } = snapshot;
  return {
    snapshot: id,
    number,
    time,
    files: filesOf(totals),
    bytes: bytesOf(totals),
    uploadedBytes,
    newBytes,
    locked,
    vaultProblem: vaultProblem ?? null,
    ...(plain && { plain: { deleted: plain.deleted, kept: plain.kept ?? null } }),
    warnings,
  };
}

function toLines({ snapshot }: BackupResult, before: number | undefined, seconds: number): string[] {
  const { number, totals, uploadedBytes, newBytes } = snapshot;
  const since = before === undefined ? '' : ` since ${momentText(before)}`;
  return [
    `Backed up ${countText(filesOf(totals), 'file')}, ${sizeText(bytesOf(totals))}, in ${spanText(seconds)}. Snapshot number ${number}.`,
    `New${since}: ${sizeText(newBytes)}. Uploaded: ${sizeText(uploadedBytes)}, encrypted on this device.`,
  ];
}

function sayVaultProblem({ vaultProblem, locked }: BackupResult, warn: (line: string) => void): void {
  if (vaultProblem)
    warn(`The backup is made, but the vault could not be told of it: ${vaultProblem.message}`);
  if (locked) {
    warn(
      'Too many wrong passwords were tried elsewhere: your password no longer opens this backup. Choose a new, different one: `strongroom change-password`.',
    );
  }
}
