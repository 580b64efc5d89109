import type { Clock } from './clock.ts';
import type { PoolFigures } from './figures.ts';
import { NodeFailure } from './node-failure.ts';
import type { ProbeResult } from './node-health.ts';
import type { VaultNode } from './vault-node.ts';

/** What a prober needs. */
export interface ProberOptions {
  readonly node: VaultNode;
  readonly figures: PoolFigures;
  readonly clock: Clock;
  /** 0 to 1, evenly. */
  readonly random: () => number;
  readonly onResult: (result: ProbeResult) => void;
}

/** Probes one node again and again. */
export class Prober {
  readonly #options: ProberOptions;
  readonly #closed = new AbortController();
  #sleeping = new AbortController();
  #failures = 0;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** Probes until it is closed. */
  async run(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      await this.#probe();
      await this.#pause();
    }
  }

  /** Probes at once, unless it does already. */
  wake(): void {
    this.#sleeping.abort();
  }

  close(): void {
    this.#closed.abort();
    this.#sleeping.abort();
  }

  async #probe(): Promise<void> {
    const { node, figures, onResult } = this.#options;
    try {
      const result = await node.probe(figures.probeTimeout);
      this.#failures = 0;
      onResult(result);
    } catch (error) {
      this.#failures += 1;
      this.#judge(error);
    }
  }

  // One probe that takes too long may be the fault of a busy machine, at which every node would look dead.
  #judge(error: unknown): void {
    const { node, onResult } = this.#options;
    const late =
      error instanceof NodeFailure && (error.reason === 'timeout' || error.reason === 'no-connection');
    if (late && this.#failures === 1) return onResult('late');
    onResult('failed');
    // What is under way on a connection over which nothing comes back is better sent to another node.
    if (late) node.reset();
  }

  // Front doors that started together are not to knock together.
  async #pause(): Promise<void> {
    const { figures, clock, random } = this.#options;
    const { probeEvery, probeDownEvery } = figures;
    const every = Math.min(probeDownEvery, probeEvery * 2 ** Math.max(0, this.#failures - 1));
    this.#sleeping = new AbortController();
    if (this.#closed.signal.aborted) return;
    await clock.sleep(every * (0.8 + 0.4 * random()), this.#sleeping.signal);
  }
}
