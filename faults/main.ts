import { readArguments, usage, type Arguments } from './arguments.ts';
import { runCampaign } from './campaign.ts';
import { inNamespaces, isInside } from './fleet/namespaces.ts';
import { writeHistory } from './history/read-history.ts';
import { explain, printSummary, summarize } from './summary.ts';

// At most so many violations are explained: the first one is what matters.
const explained = 3;

process.exitCode = await main(process.argv.slice(2));

/** 0: no promise was broken; 1: one was; 2: wrong arguments, or no campaign could be run here. */
async function main(args: readonly string[]): Promise<number> {
  let given: Arguments;
  try {
    given = readArguments(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (isInside()) return campaign(given);
  // The seed is chosen once, out here.
  const command = [
    process.execPath,
    '--conditions=source',
    import.meta.filename,
    ...args,
    '--seed',
    `${given.seed}`,
  ];
  try {
    return await inNamespaces(command);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

async function campaign(given: Arguments): Promise<number> {
  print(
    `seed ${given.seed}, ${given.seconds} s${given.bug === undefined ? '' : `, with the bug ${given.bug}`}`,
  );
  const { history, violations } = await runCampaign({ ...given, onProgress: print });
  if (given.report !== undefined) writeHistory(given.report, history);
  for (const violation of violations.slice(0, explained)) print(explain(violation));
  process.stdout.write(printSummary(summarize(history, violations)));
  if (violations.length > 0) print(`The same schedule again: --seed ${given.seed}`);
  // What still has timers, such as probes, is of no interest any more.
  process.exit(violations.length > 0 ? 1 : 0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
