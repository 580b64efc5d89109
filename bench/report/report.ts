import { cpus, totalmem, type, release } from 'node:os';
import type { CloudKind, Peer } from '../peers/peer.ts';
import type { DataSet } from '../data/data-set.ts';
import type { SizeName } from '../data/size.ts';
import type { Result } from '../rounds.ts';
import { tables } from './table.ts';

/** A peer that takes part: what it is, and in which version. */
export interface Taking {
  readonly peer: Peer;
  readonly version: string;
}

/** Everything that a run found out. */
export interface Report {
  /** ISO 8601, with the time. */
  readonly date: string;
  readonly machine: Machine;
  readonly size: SizeName;
  readonly set: Pick<DataSet, 'databaseBytes' | 'mediaBytes'>;
  readonly cloud: CloudKind;
  readonly rounds: number;
  readonly peers: readonly Taking[];
  /** Who does not take part, and why. */
  readonly absent: readonly string[];
  readonly results: readonly Result[];
}

/** What it ran on. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryBytes: number;
  readonly system: string;
}

/** This machine. */
export function thisMachine(): Machine {
  const cores = cpus();
  return {
    cores: cores.length,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
  };
}

/** A run for people: tables, and what must be known to read them. */
export function toMarkdown(report: Report, ours: string): string {
  return (
    [
      '# Strongroom beside its peers',
      facts(report).join('\n'),
      'Medians (smallest–largest) of all rounds · ours divided by theirs: below 1, ours took less.',
      tables(report.results, ours),
      [...report.peers.map(versionLine), ...report.absent.map((why) => `- ${why}`)].join('\n'),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

/** A run for programs: every sample of every round. */
export function toJson({ peers, ...rest }: Report): string {
  const versions = peers.map(({ peer: { name, how }, version }) => ({ name, version, how }));
  return `${JSON.stringify({ ...rest, peers: versions }, null, 2)}\n`;
}

/** What it ran on, in a line. */
export function machineLine({ cores, cpu, memoryBytes, system }: Machine): string {
  return `${cores} cores (${cpu}), ${(memoryBytes / 2 ** 30).toFixed(0)} GiB of memory, ${system}`;
}

function facts({ date, machine, size, set, cloud, rounds }: Report): readonly string[] {
  const data = `${megabytes(set.databaseBytes)} of messages, ${megabytes(set.mediaBytes)} of media`;
  const where = cloud === 'folder' ? 'in a folder of the same disk' : 'at a server 50 ms and 20 MB/s away';
  return [
    `- ${date.slice(0, 10)}, ${rounds === 1 ? 'one round' : `${rounds} rounds`}, repositories ${where}`,
    `- ${machineLine(machine)}`,
    `- data set “${size}”: ${data}`,
  ];
}

function versionLine({ peer: { name, how, remark }, version }: Taking): string {
  return `- **${name}** (${version}): ${how}${remark === undefined ? '' : `; ${remark}`}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
