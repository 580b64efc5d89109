import { type FuzzReport, type FuzzRequest, reportEvery } from './report.ts';
import { Rng } from './rng.ts';
import type { FuzzTarget } from './target.ts';
import { fuzzTargets } from './targets.ts';

// A process of its own: a decoder that hangs or eats all memory takes this one with it, not the tests. By hand:
//
//   node --conditions=source packages/archive/src/fuzz/process.ts NAME SEED [COUNT]

async function run(
  target: FuzzTarget,
  { from, count }: FuzzRequest,
  tell: (report: FuzzReport) => void,
): Promise<void> {
  const outcomes = { accepted: 0, refused: 0 };
  for (let seed = from; seed < from + count; seed++) {
    if ((seed - from) % reportEvery === 0) {
      tell({ at: seed });
      // Memory of buffers is given back between tasks.
      await new Promise((resume) => setTimeout(resume, 0));
    }
    try {
      outcomes[await target.run(new Rng(seed))]++;
    } catch (error) {
      const text = error instanceof Error ? `${error.stack}\ncause: ${String(error.cause)}` : String(error);
      tell({ failed: text, seed });
      return;
    }
  }
  tell({ ...outcomes, peakMiB: Math.round(process.resourceUsage().maxRSS / 1024) });
}

async function targetNamed(name: string | undefined): Promise<FuzzTarget> {
  const target = (await fuzzTargets()).find((target) => target.name === name);
  if (!target) throw new Error(`no target is named ${name}`);
  return target;
}

if (process.send) {
  process.on('message', (request: FuzzRequest) => {
    void targetNamed(request.target).then((target) =>
      run(target, request, (report) => process.send?.(report)),
    );
  });
} else {
  const [name, from = '0', count = '1'] = process.argv.slice(2);
  const request = { target: name ?? '', from: Number(from), count: Number(count) };
  await run(await targetNamed(name), request, (report) => console.log(report));
}
