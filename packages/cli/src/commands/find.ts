import type { Command } from 'commander';
import {
  findEntries,
  selectionOf,
  type FindResult,
  type FoundVersion,
  type SnapshotInfo,
} from '@strongroom/archive';
import { nodeEngine } from '@strongroom/archive/node';
import { openOwnArchive } from '@strongroom/client';
import { StrongroomError } from '@strongroom/core';
import type { Terminal } from '../terminal/terminal.ts';
import { countText, momentText, sizeText } from '../terminal/words.ts';
import { withDevice } from './context.ts';
import type { GlobalOptions } from './global-options.ts';

interface FindCommandOptions extends GlobalOptions {
  readonly snapshot?: string;
  readonly all?: boolean;
}

/** `strongroom find`: where a file is in the snapshots, and in which versions. */
export function addFind(program: Command, signal: AbortSignal): void {
  program
    .command('find')
    .summary('find a file in the snapshots')
    .description(
      'Finds files and folders by a pattern, as `restore --only` understands it, in every snapshot: each version with its size, its time and the snapshots that have it.',
    )
    .argument('<pattern>', 'a name or path with *, ** and ?, such as "*.jpg" or "Media/**/IMG-2024*"')
    .option('--snapshot <id>', 'look in one snapshot: its id, its number, or latest')
    .option('--all', 'look in every snapshot, which it does by default')
    .action(async (pattern: string, _: unknown, command: Command) =>
      find(pattern, command.optsWithGlobals<FindCommandOptions>(), signal),
    );
}

async function find(pattern: string, options: FindCommandOptions, signal: AbortSignal): Promise<void> {
  const { snapshot, all } = options;
  if (snapshot !== undefined && all === true)
    throw new StrongroomError('wrong-usage', { why: '--snapshot and --all exclude each other.' });
  await withDevice(options, signal, async ({ device, terminal }) => {
    const archive = await openOwnArchive(device, { engine: nodeEngine(), signal });
    const problems: StrongroomError[] = [];
    const progress = terminal.progress('Looking');
    const found = await findEntries(archive, selectionOf(pattern), {
      snapshot,
      onProblem: (problem) => void problems.push(problem),
      progress: ({ bytesDone, bytesTotal }) => progress.advance({ done: bytesDone, total: bytesTotal }),
      signal,
    }).finally(() => progress.end());
    for (const { message } of problems) terminal.warn(message);
    report(pattern, found, problems, terminal);
  });
}

function report(
  pattern: string,
  { versions, searched, truncated }: FindResult,
  problems: readonly StrongroomError[],
  terminal: Terminal,
): void {
  const json = { versions: versions.map(toJson), searched: searched.map(nameOf), truncated, problems };
  terminal.result(json, [...toLines(versions)]);
  if (versions.length === 0)
    terminal.warn(`Nothing in ${countText(searched.length, 'snapshot')} matches "${pattern}".`);
  if (truncated)
    terminal.warn(`These are the first ${countText(versions.length, 'version')}: narrow the pattern.`);
}

function* toLines(versions: readonly FoundVersion[]): Generator<string> {
  let path: string | undefined;
  for (const version of versions) {
    if (version.path !== path) yield version.path;
    ({ path } = version);
    yield `  ${whatOf(version)} · ${momentText(millisecondsOf(version))} · in ${inText(version.snapshots)}`;
  }
}

function whatOf({ kind, size, linkTarget }: FoundVersion): string {
  if (kind === 'file') return sizeText(size);
  return kind === 'directory' ? 'folder' : `link to ${linkTarget ?? ''}`;
}

/** `number 4 (01H…)`, or `numbers 1 to 3, 7 (newest 01H…)`. */
function inText(snapshots: readonly SnapshotInfo[]): string {
  const numbers = snapshots.map(({ number }) => number).toReversed();
  const { id } = snapshots[0]!;
  if (numbers.length === 1) return `number ${numbers[0]} (${id})`;
  return `numbers ${rangesText(numbers)} (newest ${id})`;
}

function rangesText(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(', ');
}

function millisecondsOf({ mtimeNs }: FoundVersion): number {
  return Number(mtimeNs / 1_000_000n);
}

function toJson(version: FoundVersion): object {
  const { path, kind, category, size, linkTarget, snapshots } = version;
  return {
    path,
    kind,
    category,
    size,
    modified: millisecondsOf(version),
    ...(linkTarget !== undefined && { linkTarget }),
    snapshots: snapshots.map(nameOf),
  };
}

function nameOf({ id, number }: SnapshotInfo): object {
  return { id, number };
}
