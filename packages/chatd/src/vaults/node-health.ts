import type { NodeFailure } from './node-failure.ts';
import type { PoolFigures } from './figures.ts';

/** `well` nodes are asked first, `doubtful` ones when no other is left, `down` ones not at all. */
export type NodeState = 'well' | 'doubtful' | 'down';

/** What a probe found: `late`, nothing in time, though it may be there; `failed`, nothing. */
export type ProbeResult = 'ready' | 'not ready' | 'late' | 'failed';

/** What is known of one node, from probes and from what became of requests. */
export class NodeHealth {
  readonly #figures: Pick<PoolFigures, 'aside' | 'asideAtMost'>;
  #down = false;
  #ready = true;
  // A probe has found it since its last failure.
  #found = true;
  #failures = 0;
  #asideUntil = Number.NEGATIVE_INFINITY;

  constructor(figures: Pick<PoolFigures, 'aside' | 'asideAtMost'>) {
    this.#figures = figures;
  }

  state(now: number): NodeState {
    if (this.#down) return 'down';
    return this.#ready && this.#found && now >= this.#asideUntil ? 'well' : 'doubtful';
  }

  /** It answered a request. */
  served(): void {
    this.#down = false;
    this.#found = true;
    this.#failures = 0;
    this.#asideUntil = Number.NEGATIVE_INFINITY;
  }

  /** It failed a request. A probe will tell whether it is there at all; a refused connection tells by itself. */
  failed({ reason, retryAfter }: Pick<NodeFailure, 'reason' | 'retryAfter'>, now: number): void {
    if (reason === 'unreachable') this.#down = true;
    this.#found = false;
    // Requests that fail together are one failure.
    if (now < this.#asideUntil) return;
    const { aside, asideAtMost } = this.#figures;
    this.#asideUntil = now + Math.min(asideAtMost, Math.max(retryAfter, aside * 2 ** this.#failures));
    this.#failures += 1;
  }

  /** It was probed. A node whose probes are good and whose requests fail stays aside longer and longer. */
  probed(result: ProbeResult): void {
    if (result !== 'late') this.#down = result === 'failed';
    this.#found = result === 'ready' || result === 'not ready';
    this.#ready = result === 'ready';
  }
}
