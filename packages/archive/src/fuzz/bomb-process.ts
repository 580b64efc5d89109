import { StrongroomError } from '@strongroom/core';
import { bombs } from './bombs.ts';

// A process of its own, so that what it takes at most is what the bombs took. By hand:
//
//   node --conditions=source --expose-gc packages/archive/src/fuzz/bomb-process.ts

/** What became of one bomb, and the most memory that the process had until then. */
export interface BombReport {
  readonly name: string;
  /** The error's code; none when it was decoded. */
  readonly code: string | undefined;
  readonly why: string;
  readonly peakMiB: number;
}

const tell = (report: BombReport): void => void (process.send ? process.send(report) : console.log(report));
const peakMiB = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

for (const { name, prepare } of bombs) {
  const decode = await prepare();
  // What the inputs before left behind is not counted.
  globalThis.gc?.();
  try {
    await decode();
    tell({ name, code: undefined, why: 'it was decoded', peakMiB: peakMiB() });
  } catch (error) {
    const code = error instanceof StrongroomError ? error.code : undefined;
    tell({ name, code, why: String(error), peakMiB: peakMiB() });
  }
}
process.disconnect?.();
