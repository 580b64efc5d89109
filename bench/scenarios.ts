import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { differences, fingerprint } from '../demo/compare.ts';
import { database, type DataSet } from './data/data-set.ts';
import { bytesIn, bytesSince, listFiles, warm } from './files.ts';
import type { Repository, State } from './peers/peer.ts';
import { run, type Command } from './process/command.ts';
import { measure, type Measurement } from './process/measure.ts';

/** What is measured, in the order in which it is done. */
export const scenarios = [
  'first-backup',
  'second-day',
  'unchanged',
  'restore',
  'messages',
  'verify',
] as const;
export type Scenario = (typeof scenarios)[number];

/** What a scenario took, and for backups how the repository grew. */
export interface Sample extends Measurement {
  /** Bytes that are there afterwards; backups only. */
  readonly storedBytes?: number;
  /** Bytes of files that are new or no longer the same; backups only. */
  readonly uploadedBytes?: number;
}

/** One peer's turn. */
export interface Turn {
  readonly repository: Repository;
  readonly set: DataSet;
  /** A folder that does not exist, for what is restored. */
  readonly target: string;
  /** Whether to compare what was restored with what was backed up. */
  readonly compare: boolean;
}

/** Plays a scenario for one peer. @throws Error when a command fails or what comes back differs */
export function play(scenario: Scenario, turn: Turn): Promise<Sample> {
  return plays[scenario](turn);
}

const plays: Readonly<Record<Scenario, (turn: Turn) => Promise<Sample>>> = {
  'first-backup': (turn) => backup(turn, 'day-1'),
  'second-day': (turn) => backup(turn, 'day-2'),
  unchanged: (turn) => backup(turn, 'unchanged'),
  restore: (turn) => restore(turn, turn.repository.restore('day-2', turn.target), '.'),
  messages: (turn) => restore(turn, turn.repository.restoreMessages('day-2', turn.target), dirname(database)),
  verify: (turn) => read(turn, turn.repository.verify('day-2')),
};

async function backup({ repository, set }: Turn, state: State): Promise<Sample> {
  const before = await listFiles(repository.stored);
  await warm(set.chats);
  await settle();
  const taken = await measure(repository.backup(state));
  const after = await listFiles(repository.stored);
  return { ...taken, storedBytes: bytesIn(after), uploadedBytes: bytesSince(before, after) };
}

async function restore(turn: Turn, command: Command, part: string): Promise<Sample> {
  const { repository, set, target, compare } = turn;
  await mkdir(target, { recursive: true });
  try {
    const taken = await read(turn, command);
    if (compare) await mustEqual(join(set.chats, part), join(repository.restoredIn(target), part));
    return taken;
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

async function read({ repository }: Turn, command: Command): Promise<Sample> {
  await warm(repository.stored);
  await settle();
  return measure(command);
}

// What was written before must not be paid for by who comes next.
async function settle(): Promise<void> {
  await run({ argv: ['sync'] });
}

async function mustEqual(before: string, after: string): Promise<void> {
  const differing = differences(await fingerprint(before), await fingerprint(after));
  if (differing.length === 0) return;
  throw new Error(`what was restored to ${after} differs: ${differing.slice(0, 5).join(', ')}`);
}
