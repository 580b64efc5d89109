import type { Command } from 'commander';
import {
  bytesOf,
  diffSnapshots,
  filesOf,
  snapshotNamed,
  type Archive,
  type Change,
  type EntryFacts,
  type Snapshot,
} from '@strongroom/archive';
import { nodeEngine } from '@strongroom/archive/node';
import { openOwnArchive } from '@strongroom/client';
import { StrongroomError } from '@strongroom/core';
import type { Terminal } from '../terminal/terminal.ts';
import { momentText, numberText, sizeText } from '../terminal/words.ts';
import { withDevice } from './context.ts';
import type { GlobalOptions } from './global-options.ts';

/** `strongroom diff`: what changed between two snapshots. */
export function addDiff(program: Command, signal: AbortSignal): void {
  program
    .command('diff')
    .summary('what changed between two snapshots')
    .description(
      'Shows what was added (+), removed (-) and changed (~) from snapshot A to snapshot B, by their lists alone. A snapshot is named by its id, its number, or `latest`. Without B, the newest is compared with A; without both, with the one before it.',
    )
    .argument('[A]', 'the earlier snapshot')
    .argument('[B]', 'the later snapshot')
    .action(async (before: string | undefined, after: string | undefined, _: unknown, command: Command) =>
      diff(before ?? 'previous', after ?? 'latest', command.optsWithGlobals<GlobalOptions>(), signal),
    );
}

async function diff(from: string, to: string, options: GlobalOptions, signal: AbortSignal): Promise<void> {
  await withDevice(options, signal, async ({ device, terminal }) => {
    const archive = await openOwnArchive(device, { engine: nodeEngine(), signal });
    const [before, after] = await named(archive, from, to, terminal, signal);
    const summary = new Summary();
    const progress = terminal.progress('Comparing');
    const changes = diffSnapshots(archive, before, after, {
      progress: ({ bytesDone, bytesTotal }) => progress.advance({ done: bytesDone, total: bytesTotal }),
      signal,
    });
    try {
      for await (const change of changes) {
        summary.add(change, options.json === true);
        // Shown as they come: there may be more than fit in memory.
        if (options.json !== true) {
          progress.end();
          terminal.result({}, [toLine(change)]);
        }
      }
    } finally {
      progress.end();
    }
    terminal.result(
      { before: toJson(before), after: toJson(after), ...summary.json() },
      summary.lines(before, after),
    );
  });
}

async function named(
  archive: Archive,
  from: string,
  to: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<[Snapshot, Snapshot]> {
  const options = { signal, onProblem: ({ message }: StrongroomError) => terminal.warn(message) };
  const after = await snapshotNamed(archive, to, options);
  const before = await snapshotNamed(archive, from, { signal, onProblem: () => undefined }).catch(
    (error: unknown) => {
      if (from !== 'previous' || after.number > 1) throw error;
      throw new StrongroomError('wrong-usage', {
        why: 'There is one snapshot only, so there is nothing to compare it with.',
      });
    },
  );
  return [before, after];
}

/** The most paths of a kind that are listed in one JSON object; the counts go on. */
const mostListed = 100_000;

/** Counts changes, and keeps them for programs. */
class Summary {
  readonly #lists = { added: [] as object[], removed: [] as object[], changed: [] as object[] };
  readonly #counts = { added: 0, removed: 0, changed: 0 };
  #addedBytes = 0;
  #removedBytes = 0;

  add(change: Change, list: boolean): void {
    const { change: kind } = change;
    this.#counts[kind]++;
    if (kind !== 'removed') this.#addedBytes += Math.max(0, change.after.size - sizeBefore(change));
    if (kind !== 'added') this.#removedBytes += Math.max(0, change.before.size - sizeAfter(change));
    if (list && this.#lists[kind].length < mostListed) this.#lists[kind].push(changeJson(change));
  }

  json(): object {
    return {
      ...this.#lists,
      counts: this.#counts,
      addedBytes: this.#addedBytes,
      removedBytes: this.#removedBytes,
      truncated: Object.values(this.#counts).some((count) => count > mostListed),
    };
  }

  lines(before: Snapshot, after: Snapshot): string[] {
    const { added, removed, changed } = this.#counts;
    const total = added + removed + changed;
    const between = `From number ${before.number} (${momentText(before.time)}) to number ${after.number} (${momentText(after.time)}): `;
    if (total === 0) return [`${between}nothing changed.`];
    const sizes = `${sizeText(this.#addedBytes)} more, ${sizeText(this.#removedBytes)} less`;
    const counts = [added, removed, changed].map(numberText);
    return ['', `${between}${counts[0]} added, ${counts[1]} removed, ${counts[2]} changed; ${sizes}.`];
  }
}

function sizeBefore(change: Change): number {
  return change.change === 'added' ? 0 : change.before.size;
}

function sizeAfter(change: Change): number {
  return change.change === 'removed' ? 0 : change.after.size;
}

function toLine(change: Change): string {
  if (change.change === 'added') return `+ ${withSize(change.after)}`;
  if (change.change === 'removed') return `- ${withSize(change.before)}`;
  const { before, after, what } = change;
  const sizes = before.size === after.size ? '' : `${sizeText(before.size)} → ${sizeText(after.size)}; `;
  return `~ ${pathOf(after)}  (${sizes}${what.join(', ')})`;
}

function withSize(facts: EntryFacts): string {
  return facts.kind === 'file' ? `${facts.path}  (${sizeText(facts.size)})` : pathOf(facts);
}

function pathOf({ path, kind, linkTarget }: EntryFacts): string {
  if (kind === 'directory') return `${path}/`;
  return kind === 'symlink' ? `${path} -> ${linkTarget ?? ''}` : path;
}

function changeJson(change: Change): object {
  if (change.change === 'added') return factsJson(change.after);
  if (change.change === 'removed') return factsJson(change.before);
  const { before, after, what } = change;
  const { path, ...now } = factsJson(after);
  const { path: _, ...then } = factsJson(before);
  return { path, what, before: then, after: now };
}

interface FactsJson extends Pick<EntryFacts, 'path' | 'kind' | 'category' | 'size'> {
  /** Milliseconds since 1970, as all times that programs get. */
  readonly modified: number;
}

function factsJson({ path, kind, category, size, mtimeNs }: EntryFacts): FactsJson {
  return { path, kind, category, size, modified: Number(mtimeNs / 1_000_000n) };
}

function toJson({ id, number, time, totals }: Snapshot): object {
  return { id, number, time, files: filesOf(totals), bytes: bytesOf(totals) };
}
