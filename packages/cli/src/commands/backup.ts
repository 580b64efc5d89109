import { join } from 'node:path';
import type { Command } from 'commander';
import { filesOf, bytesOf } from '@strongroom/archive';
import { folderSource, nodeEngine, openJournal } from '@strongroom/archive/node';
import { backup, type BackupResult } from '@strongroom/client';
import { folderOfCloud } from '@strongroom/client/node';
import { isStrongroomError } from '@strongroom/core';
import { Advised } from '../terminal/advised.ts';
import { countText, momentText, sizeText, spanText } from '../terminal/words.ts';
import { withDevice, type GlobalOptions } from './context.ts';

interface BackupCommandOptions extends GlobalOptions {
  readonly takeOver?: boolean;
  readonly acceptLoss?: boolean;
  readonly compress: boolean;
  readonly videos: boolean;
  readonly exclude: string[];
}

/** `strongroom backup`: makes a snapshot. */
export function addBackup(program: Command, signal: AbortSignal): void {
  program
    .command('backup')
    .summary('back up a folder')
    .description(
      'Makes an encrypted snapshot of one folder or several. Only what changed since the last one is uploaded. Interrupted, it goes on where it was.',
    )
    .argument('<path...>', 'what to back up')
    .option(
      '--exclude <pattern>',
      'leave out paths that match, such as "*.tmp" (in every folder) or "Media/Trash"; may be repeated',
      collect,
      [],
    )
    .option('--no-videos', 'leave videos out')
    .option('--no-compress', 'hide how well messages compress, at the cost of size')
    .option('--take-over', 'go on writing to a backup that another device has taken over')
    .option('--accept-loss', 'go on although the cloud has lost snapshots')
    .action(async (paths: string[], _: unknown, command: Command) =>
      run(paths, command.optsWithGlobals<BackupCommandOptions>(), signal),
    );
}

async function run(
  paths: readonly string[],
  options: BackupCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  await withDevice(options, signal, async ({ device, terminal, profile }) => {
    const { archiveId, cloud, last } = device.requireBackup();
    const warnings: { path: string; message: string }[] = [];
    const warn = (warning: { path: string; message: string }): void => {
      warnings.push({ path: warning.path, message: warning.message });
      terminal.warn(warning.message);
    };
    const source = await folderSource(paths, {
      exclude: { patterns: options.exclude.flatMap(everywhere), videos: !options.videos },
      ownFolders: [profile, folderOfCloud(cloud)].filter((folder) => folder !== undefined),
    });
    const journal = openJournal(join(profile, 'journal.db'), archiveId, warn);
    const progress = terminal.progress('Backing up');
    const began = performance.now();
    try {
      const result = await backup(device, source, {
        engine: nodeEngine(),
        journal,
        compress: options.compress,
        ...(options.takeOver !== undefined && { takeOver: options.takeOver }),
        ...(options.acceptLoss !== undefined && { acceptLoss: options.acceptLoss }),
        ...(progress.isWatched && {
          progress: ({ bytesDone, bytesTotal, secondsLeft }) =>
            progress.advance({ done: bytesDone, total: bytesTotal, secondsLeft }),
        }),
        warn,
        signal,
      });
      progress.end();
      terminal.result(
        toJson(result, warnings),
        toLines(result, last?.at, (performance.now() - began) / 1000),
      );
      sayVaultProblem(result, (line) => terminal.warn(line));
    } catch (error) {
      throw withWayOut(error);
    } finally {
      progress.end();
      await journal.close();
    }
  });
}

// A list of patterns in one option would take the paths behind it for more of them.
function collect(pattern: string, before: readonly string[]): string[] {
  return [...before, pattern];
}

// As for `restore --only`: a pattern without `/` is looked for in every folder.
function everywhere(pattern: string): string[] {
  const bare = pattern.replace(/^\/|\/$/g, '');
  return bare.includes('/') ? [bare] : [bare, `**/${bare}`];
}

// What the cloud has lost cannot come back by waiting.
function withWayOut(error: unknown): unknown {
  if (!isStrongroomError(error, 'archive-damaged', 'archive-incomplete', 'rolled-back')) return error;
  const advice =
    'To go on with what is left: the same command with --accept-loss. What is backed up is stored anew.';
  return new Advised(error, [advice]);
}

function toJson({ snapshot, vaultProblem, locked }: BackupResult, warnings: readonly object[]): object {
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
