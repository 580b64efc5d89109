import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { database, openDataSet, type DataSet } from './data/data-set.ts';
import { writeDay } from './data/messages.ts';
import { sizes, type SizeName } from './data/size.ts';
import { bytesSince, listFiles, warm } from './files.ts';
import { strongroom } from './peers/strongroom.ts';
import type { Repository } from './peers/peer.ts';
import { run } from './process/command.ts';
import { measure } from './process/measure.ts';
import { spreadOf } from './report/statistics.ts';

// A month of chatting, a backup every evening: what each day uploads, and whether the last day comes back as quickly
// as the first. The first and the last are restored in turn.

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '5' },
    size: { type: 'string', default: 'full' },
    work: { type: 'string', default: join(tmpdir(), 'strongroom-bench') },
  },
});
const name = values.size as SizeName;
const days = Number(values.days);

await mkdir(values.work, { recursive: true });
const version = await strongroom.version();
const set = await openDataSet(values.work, name);
const work = join(values.work, 'days');
await rm(work, { recursive: true, force: true });
await mkdir(work, { recursive: true });
try {
  await set.toDay(1);
  const place = { work, phone: set.phone, folder: 'WhatsApp', database, cloud: 'folder' } as const;
  const repository = await strongroom.open(place);
  const uploads = await liveThrough(repository, set);
  const first = await firstSnapshot(repository);
  const comparisons = [
    await compare(repository, 'Full restore', [], first),
    await compare(repository, 'Messages alone', ['--only', 'messages'], first),
  ];
  await repository.close();
  console.log(report(uploads, comparisons));
} finally {
  await set.toDay(1);
  await rm(work, { recursive: true, force: true });
}

/** @returns bytes uploaded on each day */
async function liveThrough(repository: Repository, { chats }: DataSet): Promise<number[]> {
  const uploads: number[] = [];
  for (let day = 1; day <= days; day++) {
    if (day > 1) writeDay(join(chats, database), sizes[name], day);
    const before = await listFiles(repository.stored);
    await run(repository.backup('day-2'));
    uploads.push(bytesSince(before, await listFiles(repository.stored)));
    console.error(`day ${day}: ${(uploads.at(-1)! / 1e6).toFixed(2)} MB uploaded`);
  }
  return uploads;
}

async function firstSnapshot(repository: Repository): Promise<string> {
  const { argv, ...rest } = repository.verify('day-2');
  const where = argv.slice(argv.indexOf('--profile'));
  const program = argv.slice(0, argv.indexOf('verify'));
  const { snapshots } = JSON.parse(
    await run({ ...rest, argv: [...program, 'snapshots', ...where, '--json'] }),
  ) as {
    snapshots: { id: string; number: number }[];
  };
  return snapshots.find(({ number }) => number === 1)!.id;
}

interface Comparison {
  readonly title: string;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

async function compare(
  repository: Repository,
  title: string,
  args: readonly string[],
  snapshot: string,
): Promise<Comparison> {
  const first: number[] = [];
  const last: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    first.push(await restore(repository, [...args, '--snapshot', snapshot]));
    last.push(await restore(repository, args));
  }
  return { title, first, last };
}

async function restore(repository: Repository, args: readonly string[]): Promise<number> {
  const target = join(work, 'restored');
  const { argv, ...rest } = repository.restore('day-2', target);
  await warm(repository.stored);
  await run({ argv: ['sync'] });
  const { seconds } = await measure({ ...rest, argv: [...argv, ...args] });
  await rm(target, { recursive: true, force: true });
  return seconds;
}

function report(uploads: readonly number[], comparisons: readonly Comparison[]): string {
  const later = spreadOf(uploads.slice(1));
  const rows = comparisons.map(({ title, first, last }) => {
    const [a, b] = [spreadOf(first).median, spreadOf(last).median];
    return `| ${title} | ${a.toFixed(2)} | ${b.toFixed(2)} | ${(b / a).toFixed(2)} |`;
  });
  return [
    `${days} days, ${values.rounds} rounds, data set “${name}”, strongroom ${version}`,
    '',
    `Uploaded a day: median ${mb(later.median)} MB, ${mb(later.min)} to ${mb(later.max)}; the first ${mb(uploads[0]!)} MB.`,
    '',
    '| Seconds | first day | last day | ratio |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
