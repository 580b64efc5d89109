import { mkdir, writeFile } from 'node:fs/promises';
import { isStrongroomError, StrongroomError } from '@strongroom/core';
import { openDataSet } from './data/data-set.ts';
import { parseOptions, usage, type Options } from './options.ts';
import { peers } from './peers/all.ts';
import { strongroom } from './peers/strongroom.ts';
import { thisMachine, toJson, toMarkdown, type Report, type Taking } from './report/report.ts';
import { titles } from './report/metrics.ts';
import { playRounds, type Result } from './rounds.ts';

const args = process.argv.slice(2);

try {
  if (args.includes('--help')) console.log(usage);
  else await bench(parseOptions(args));
} catch (error) {
  console.error(isStrongroomError(error, 'wrong-usage') ? error.message : error);
  process.exitCode = isStrongroomError(error, 'wrong-usage') ? 2 : 1;
}

async function bench(options: Options): Promise<void> {
  const { work, size, cloud, rounds, out } = options;
  const date = new Date().toISOString();
  await mkdir(work, { recursive: true });
  const { taking, absent } = await muster(options);
  for (const why of absent) say(why);
  if (taking.length === 0) throw new StrongroomError('wrong-usage', { why: 'Nobody is left to measure.' });
  say(`Data set “${size}” in ${work} …`);
  const set = await openDataSet(work, size);
  const playing = taking.map(({ peer }) => peer);
  const results = await playRounds(playing, set, { ...options, report: tell });
  const machine = thisMachine();
  await publish({ date, machine, size, set, cloud, rounds, peers: taking, absent, results }, out);
}

/** Who can take part; and why the others cannot. */
async function muster({ peers: names, cloud }: Options): Promise<{ taking: Taking[]; absent: string[] }> {
  const taking: Taking[] = [];
  const absent: string[] = [];
  for (const peer of names.map((name) => peers[name]!)) {
    const version = await peer.version();
    const why = await peer.whyNotOver(cloud);
    if (version === null)
      absent.push(`${peer.name} is not installed: \`apt-get install ${peer.packages.join(' ')}\``);
    else if (why !== null) absent.push(`${peer.name} is left out: ${why}`);
    else taking.push({ peer, version });
  }
  return { taking, absent };
}

async function publish(report: Report, out: string | undefined): Promise<void> {
  const { set, ...rest } = report;
  const { databaseBytes, mediaBytes } = set;
  const markdown = toMarkdown(report, strongroom.name);
  console.log(markdown);
  if (out === undefined) return;
  await writeFile(`${out}.md`, markdown);
  await writeFile(`${out}.json`, toJson({ ...rest, set: { databaseBytes, mediaBytes } }));
}

function tell({ scenario, peer, round, seconds }: Result): void {
  say(`${round}. ${titles[scenario]}: ${peer} ${seconds.toFixed(2)} s`);
}

function say(line: string): void {
  console.error(line);
}
