import { writeFile } from 'node:fs/promises';
import { isStrongroomError } from '@strongroom/core';
import { thisMachine } from '../report/report.ts';
import { parseWebOptions, usage, type SceneName, type WebOptions } from './options.ts';
import { toJson, toMarkdown } from './report.ts';
import type { Sample } from './sample.ts';
import { backup } from './scenes/backup.ts';
import { load } from './scenes/load.ts';
import { samples } from './scenes/samples.ts';
import { scroll } from './scenes/scroll.ts';
import { setStage, type Stage } from './stage.ts';

type Scene = (stage: Stage, options: WebOptions, round: number) => Promise<readonly Sample[]>;

const scenes: Readonly<Record<SceneName, Scene>> = {
  load: (stage) => load(stage),
  samples: (stage) => samples(stage),
  scroll: (stage, { messages }) => scroll(stage, messages),
  backup: (stage, { messages }, round) => backup(stage, messages, round),
};

const args = process.argv.slice(2);

try {
  if (args.includes('--help')) console.log(usage);
  else await bench(parseWebOptions(args));
} catch (error) {
  console.error(isStrongroomError(error, 'wrong-usage') ? error.message : error);
  process.exitCode = isStrongroomError(error, 'wrong-usage') ? 2 : 1;
}

async function bench(options: WebOptions): Promise<void> {
  const stage = await setStage();
  try {
    const report = {
      date: new Date().toISOString(),
      machine: thisMachine(),
      command: ['npm run bench:web', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
      rounds: options.rounds,
      versions: `${stage.version}, Node ${process.versions.node}`,
      samples: await play(stage, options),
    };
    console.log(toMarkdown(report));
    if (options.json !== undefined) await writeFile(options.json, toJson(report));
  } finally {
    await stage.close();
  }
}

async function play(stage: Stage, options: WebOptions): Promise<readonly Sample[]> {
  const found: Sample[] = [];
  for (const name of options.only)
    for (let round = 1; round <= options.rounds; round++) {
      const began = performance.now();
      found.push(...(await scenes[name](stage, options, round)));
      console.error(`${round}. ${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
  return found;
}
