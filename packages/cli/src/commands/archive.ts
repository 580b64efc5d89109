import type { Command } from 'commander';
import {
  bytesOf,
  filesOf,
  listSnapshots,
  type SnapshotInfo,
  type VerifyDepth,
  type VerifyProblem,
  type VerifyResult,
} from '@strongroom/archive';
import { nodeEngine } from '@strongroom/archive/node';
import { openOwnArchive, verify as verifyBackup } from '@strongroom/client';
import { StrongroomError } from '@strongroom/core';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { countText, momentText, sizeText } from '../terminal/words.ts';
import { withDevice } from './context.ts';
import type { GlobalOptions } from './global-options.ts';

interface VerifyOptions extends GlobalOptions {
  readonly full?: boolean;
  readonly sample?: string;
}

/** `snapshots` and `verify`. */
export function addArchiveCommands(program: Command, signal: AbortSignal): void {
  program
    .command('snapshots')
    .summary('what there is to restore')
    .description(
      'Lists the snapshots of this backup, the newest first: number, id, time, what is in it, the device that made it, and what was backed up.',
    )
    .action(async (_: unknown, command: Command) =>
      snapshots(command.optsWithGlobals<GlobalOptions>(), signal),
    );
  program
    .command('verify')
    .summary('find out whether the backup is whole')
    .description('Checks that everything is there and that the lists can be read; with --full, every byte.')
    .option('--full', 'open and check everything')
    .option('--sample <percent>', 'open and check that part of it, chosen at random')
    .action(async (_: unknown, command: Command) => verify(command.optsWithGlobals<VerifyOptions>(), signal));
}

async function snapshots(options: GlobalOptions, signal: AbortSignal): Promise<void> {
  await withDevice(options, signal, async ({ device, terminal }) => {
    const archive = await openOwnArchive(device, { engine: nodeEngine(), signal });
    const problems: StrongroomError[] = [];
    const found = await listSnapshots(archive, { signal, onProblem: (problem) => problems.push(problem) });
    for (const problem of problems) terminal.warn(problem.message);
    terminal.result({ archiveId: archive.id, snapshots: found.map(toJson), problems }, [
      ...found.map(toLine),
      ...(found.length === 0 ? ['No snapshot yet: `strongroom backup PATH`'] : []),
    ]);
  });
}

async function verify(options: VerifyOptions, signal: AbortSignal): Promise<void> {
  const depth = parseDepth(options);
  await withDevice(options, signal, async ({ device, terminal }) => {
    const archive = await openOwnArchive(device, { engine: nodeEngine(), signal });
    const progress = terminal.progress('Verifying');
    const result = await verifyBackup(device, archive, {
      depth,
      progress: ({ bytesDone, bytesTotal, secondsLeft }) =>
        progress.advance({ done: bytesDone, total: bytesTotal, secondsLeft }),
      signal,
    }).finally(() => progress.end());
    report(result, depth, terminal);
  });
}

function report(
  { snapshots, packs, chunks, bytes, problems }: VerifyResult,
  depth: VerifyDepth,
  terminal: Terminal,
): void {
  const [first] = problems;
  const shown = withoutRepetition(problems);
  for (const { error, path } of shown)
    terminal.warn(path === undefined ? error.message : `${path}: ${error.message}`);
  const opened = chunks === 0 ? '' : `, ${sizeText(bytes)} opened and checked`;
  const found = { clean: first === undefined, snapshots, packs, chunks, bytes, problems };
  terminal.result({ ...found, ...(first && { error: first.error }) }, [
    `${countText(snapshots, 'snapshot')} and ${countText(packs, 'pack')} looked at${opened}.`,
    ...(first === undefined ? [cleanLine(depth)] : troubleLines(shown)),
  ]);
  if (first !== undefined) process.exitCode = exitCodes.failed;
}

// What a file is damaged by need not be told again without the file.
function withoutRepetition(problems: readonly VerifyProblem[]): VerifyProblem[] {
  const told = new Set(problems.filter(({ path }) => path !== undefined).map(objectOf));
  return problems.filter(
    (problem, i) =>
      problem.path !== undefined ||
      (!told.has(objectOf(problem)) &&
        problems.findIndex((one) => objectOf(one) === objectOf(problem)) === i),
  );
}

function objectOf({ error }: VerifyProblem): unknown {
  return 'object' in error.details ? error.details.object : undefined;
}

function troubleLines(problems: readonly VerifyProblem[]): string[] {
  return [
    `${countText(problems.length, 'problem')} found.`,
    'The next `strongroom backup PATH` stores again what is damaged and still on this device; older snapshots stay as they are.',
  ];
}

function cleanLine(depth: VerifyDepth): string {
  return depth === 'full'
    ? 'Everything is there and whole.'
    : 'Nothing is missing. Check every byte with --full.';
}

function parseDepth({ full, sample }: VerifyOptions): VerifyDepth {
  if (full === true) return 'full';
  if (sample === undefined) return 'quick';
  const percent = Number(sample.replace(/%$/, ''));
  if (percent > 0 && percent <= 100) return { sample: percent };
  throw new StrongroomError('wrong-usage', {
    why: `--sample takes a percentage from 1 to 100, not "${sample}".`,
  });
}

function toJson({ id, number, time, writer, totals, sources }: SnapshotInfo): object {
  return {
    id,
    number,
    time,
    device: writer.deviceName,
    deviceId: writer.deviceId,
    epoch: writer.epoch,
    files: filesOf(totals),
    bytes: bytesOf(totals),
    totals,
    sources,
  };
}

function toLine({ id, number, time, writer, totals, sources }: SnapshotInfo): string {
  const what = `${countText(filesOf(totals), 'file')}, ${sizeText(bytesOf(totals))}`;
  const from = sources.length === 0 ? '' : ` · ${sources.join(', ')}`;
  return `${String(number).padStart(4)}  ${id}  ${momentText(time)} · ${what} · ${writer.deviceName}${from}`;
}
