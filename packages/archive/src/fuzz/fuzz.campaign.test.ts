import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { mutate } from './mutate.ts';
import { type FuzzReport, type FuzzRequest, reportEvery } from './report.ts';
import { Rng } from './rng.ts';
import { fuzzTargets } from './targets.ts';

// Whatever the cloud gives, or somebody who has the key seals, ends in 'archive-damaged' or 'newer-version', or is what
// it should be: in a bounded time, in bounded memory, the same way every time.

const inputs = campaignSize({ short: 100, long: 10_000 });

// An input takes microseconds; this is for a machine with a lot else to do.
const silenceMs = 60_000;
const heapMiB = 256;
const memoryMiB = 768;

const script = fileURLToPath(new URL('./process.ts', import.meta.url));

/** The process that decodes. It is begun anew when it came to an end. */
class Decoder {
  #child: ChildProcess | undefined;

  ask(request: FuzzRequest): Promise<FuzzReport> {
    const child = (this.#child ??= this.#start());
    return new Promise((resolve, reject) => {
      let at = request.from;
      const hung = setTimeout(() => this.stop(), silenceMs);
      const onExit = (code: number | null, signal: string | null): void => {
        clearTimeout(hung);
        reject(new Error(`ended (${signal ?? code}) at one of the seeds ${at} to ${at + reportEvery - 1}`));
      };
      child.once('exit', onExit);
      child.on('message', (report: FuzzReport) => {
        hung.refresh();
        if ('at' in report) {
          at = report.at;
          return;
        }
        clearTimeout(hung);
        child.off('exit', onExit).removeAllListeners('message');
        resolve(report);
      });
      child.send(request);
    });
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const child = fork(script, { execArgv: ['--conditions=source', `--max-old-space-size=${heapMiB}`] });
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    return child;
  }
}

const decoder = new Decoder();
const targets = await fuzzTargets();

afterAll(() => decoder.stop());

describe('whatever is given to the decoder of', () => {
  test.each(targets)(
    '$name, it is sound or damaged',
    async ({ name, share }) => {
      const report = await decoder.ask({ target: name, from: 0, count: inputs * share });
      expect(report, `fuzz/process.ts '${name}' shows it again`).not.toHaveProperty('failed');
      if (!('peakMiB' in report)) throw new Error('no end was reported');
      expect(report.accepted + report.refused).toBe(inputs * share);
      expect(report.refused, 'inputs that were found to be damaged').toBeGreaterThan(0);
      expect(report.peakMiB).toBeLessThan(memoryMiB);
    },
    3_600_000,
  );
});

test('the inputs are the same every time', () => {
  const valid = [new Uint8Array(50).fill(7), Uint8Array.from({ length: 99 }, (_, i) => i)];
  const made = (): string[] =>
    Array.from({ length: 500 }, (_, seed) => Buffer.from(mutate(new Rng(seed), valid)).toString('hex'));
  expect(made()).toEqual(made());
  expect(new Set(made()).size).toBeGreaterThan(400);
});
