import { writeFile } from 'node:fs/promises';
import { isStrongroomError } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { versionOf } from '../process/command.ts';
import { thisMachine } from '../report/report.ts';
import { turned } from '../rounds.ts';
import type { Contender, Effort, Sample } from './contenders/contender.ts';
import { parseVaultOptions, usage, type VaultOptions } from './options.ts';
import { profileTable, type CpuProfile } from './report/profile.ts';
import { toJson, toMarkdown } from './report/report.ts';
import { Workbench } from './workbench.ts';

const args = process.argv.slice(2);
const inFlight = 64;

try {
  if (args.includes('--help')) console.log(usage);
  else await bench(parseVaultOptions(args));
} catch (error) {
  console.error(isStrongroomError(error, 'wrong-usage') ? error.message : error);
  process.exitCode = isStrongroomError(error, 'wrong-usage') ? 2 : 1;
}

async function bench(options: VaultOptions): Promise<void> {
  await ready();
  const effort: Effort = { seconds: options.seconds, batch: 256, inFlight, alone: 150 };
  const workbench = await Workbench.open({ ...options, effort, say });
  try {
    const samples = await play(workbench.contenders, options.rounds);
    const profile = options.profile ? await profileOf(workbench.contenders) : undefined;
    const report = {
      date: new Date().toISOString(),
      machine: thisMachine(),
      command: ['npm run bench:vault', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
      versions: await versions(),
      options,
      inFlight,
      samples,
      profile,
    };
    console.log(toMarkdown(report));
    if (options.json !== undefined) await writeFile(options.json, toJson(report));
  } finally {
    await workbench.close();
  }
}

/** Everybody in turn, another one first in each round. */
async function play(contenders: readonly Contender[], rounds: number): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const { name, turn } of turned(contenders, round)) {
      const began = performance.now();
      samples.push(...(await turn(round)));
      say(`${round}. ${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
  }
  return samples;
}

/** Of the first that can be asked: with the first store and HSM, and the fewest records. */
async function profileOf(contenders: readonly Contender[]): Promise<string | undefined> {
  const contender = contenders.find(({ profile }) => profile !== undefined);
  if (contender === undefined) return undefined;
  return profileTable(contender.name, JSON.parse(await contender.profile!()) as CpuProfile[]);
}

async function versions(): Promise<string> {
  const etcd = await versionOf('etcd', '--version');
  return [`Node ${process.versions.node}`, ...(etcd === null ? [] : [etcd])].join(', ');
}

function say(line: string): void {
  console.error(line);
}
