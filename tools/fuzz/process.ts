import { pathToFileURL } from 'node:url';
import { type FuzzReport, type FuzzRequest, reportEvery } from './report.ts';
import { Rng } from './rng.ts';
import type { FuzzTarget } from './target.ts';

// A process of its own: a decoder that hangs or eats all memory takes this one with it, not the tests. By hand:
//
//   node --conditions=source tools/fuzz/process.ts packages/archive/src/fuzz/targets.ts NAME SEED [COUNT]

interface TargetsModule {
  readonly fuzzTargets: () => Promise<readonly FuzzTarget[]>;
}

const loaded = new Map<string, Promise<readonly FuzzTarget[]>>();

async function run(request: FuzzRequest, tell: (report: FuzzReport) => void): Promise<void> {
  const target = await targetOf(request);
  const outcomes = { accepted: 0, refused: 0 };
  for (let seed = request.from; seed < request.from + request.count; seed++) {
    if ((seed - request.from) % reportEvery === 0) {
      tell({ at: seed });
      // Memory of buffers is given back between tasks.
      await new Promise((resume) => setTimeout(resume, 0));
    }
    try {
      outcomes[await target.run(new Rng(seed))]++;
    } catch (error) {
      tell({ failed: described(error), seed });
      return;
    }
  }
  tell({ ...outcomes, peakMiB: Math.round(process.resourceUsage().maxRSS / 1024) });
}

async function targetOf({ module, target: name }: FuzzRequest): Promise<FuzzTarget> {
  const load = async (): Promise<readonly FuzzTarget[]> =>
    ((await import(module)) as TargetsModule).fuzzTargets();
  if (!loaded.has(module)) loaded.set(module, load());
  const target = (await loaded.get(module)!).find((target) => target.name === name);
  if (!target) throw new Error(`no target is named ${name}`);
  return target;
}

function described(error: unknown): string {
  return error instanceof Error ? `${error.stack}\ncause: ${String(error.cause)}` : String(error);
}

if (process.send) {
  process.on('message', (request: FuzzRequest) => {
    void run(request, (report) => process.send?.(report));
  });
} else {
  const [path = '', target = '', from = '0', count = '1'] = process.argv.slice(2);
  const request = {
    module: pathToFileURL(path).href,
    target,
    from: Number(from),
    count: Number(count),
  };
  await run(request, (report) => console.log(report));
  process.exit();
}
