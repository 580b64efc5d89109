import { parseMetrics } from './prometheus.ts';
import type { Reading } from './traffic.ts';

const askWithin = 800;
// How long a span the figures are of, milliseconds.
const span = 5000;

/** Reads a process's figures now and then, and keeps those of the last seconds. */
export class Readings {
  readonly #url: string;
  #kept: readonly Reading[] = [];

  /** @param adminUrl where the process has `/metrics` */
  constructor(adminUrl: string) {
    this.#url = `${adminUrl}/metrics`;
  }

  /** Reads once; a process that does not answer has no figures for now. */
  async read(): Promise<void> {
    try {
      const answer = await fetch(this.#url, { signal: AbortSignal.timeout(askWithin) });
      const samples = parseMetrics(await answer.text());
      const at = performance.now();
      const recent = this.#kept.filter((one, i) => at - one.at <= span || i === this.#kept.length - 1);
      this.#kept = [...recent, { at, samples }];
    } catch {
      // Whether it is down is found out elsewhere.
    }
  }

  /** The first and the last reading of the last seconds; `undefined` before there are two, or when they are old. */
  get pair(): readonly [Reading, Reading] | undefined {
    const [first, last] = [this.#kept[0], this.#kept.at(-1)];
    if (first === undefined || last === undefined || first === last) return undefined;
    return performance.now() - last.at > span ? undefined : [first, last];
  }
}
