import type { Gauge } from 'prom-client';
import type { EpochProblem } from '../../epochs/epoch-observer.ts';
import type { EpochState } from '../../epochs/fleet.ts';
import type { EpochProgress, FleetProgress } from '../../epochs/progress.ts';

/** Makes a gauge of a node. */
export type NewGauge = (name: string, help: string, labelNames?: readonly string[]) => Gauge;

const states: readonly EpochState[] = ['making', 'current', 'retiring', 'empty'];
const problems: readonly EpochProblem['problem'][] = [
  'key-refused',
  'reception-not-proven',
  'unopenable-values',
  'another-key',
];

/** How the fleet and its epochs fare, as this node saw it in its last round of care; every node should say the same. */
export class FleetMetrics {
  readonly #nodes: Gauge;
  readonly #untrusted: Gauge;
  readonly #epochs: Gauge;
  readonly #newest: Gauge;
  readonly #since: Gauge;
  readonly #due: Gauge;
  readonly #waits: Gauge;
  readonly #resealed: Gauge;
  readonly #left: Gauge;
  readonly #problems: Gauge;

  constructor(gauge: NewGauge) {
    this.#nodes = gauge('fleet_nodes', 'Nodes of the fleet.');
    this.#untrusted = gauge(
      'fleet_untrusted_nodes',
      'Nodes that this HSM does not trust, and could not hand a key to.',
    );
    this.#epochs = gauge('epochs', 'Epochs in a state.', ['state']);
    this.#newest = gauge('epoch', 'The number of the epoch that records are sealed under.');
    this.#since = gauge(
      'epoch_since_seconds',
      'Since when the oldest epoch in a state is in it, as Unix time.',
      ['state'],
    );
    this.#due = gauge('epoch_due_seconds', 'When the next epoch is due, as Unix time.');
    this.#waits = gauge(
      'epoch_waits_for',
      'Epochs in a state that wait for a site: to take a key, to seal no more under one, or to destroy it.',
      ['state', 'site'],
    );
    this.#resealed = gauge(
      'reseal_done',
      'Values that all nodes sealed anew since the oldest epoch retired.',
    );
    this.#left = gauge(
      'reseal_left',
      'Values that the search for what is to be sealed anew has before it, about.',
    );
    this.#problems = gauge(
      'epoch_problems',
      'What an operator may have to see to, in the last round of care.',
      ['problem'],
    );
  }

  /** The state of the fleet as it is now. */
  show({ nodes, epochs, resealing, nextEpochAt, problems: found }: FleetProgress): void {
    const siteOf = new Map(nodes.map(({ id, site }) => [id, site]));
    this.#nodes.set(nodes.length);
    this.#untrusted.set(nodes.filter(({ isTrusted }) => !isTrusted).length);
    this.#due.set(nextEpochAt / 1000);
    this.#newest.set(epochs.find(({ state }) => state === 'current')?.number ?? 0);
    this.#since.reset();
    this.#waits.reset();
    for (const state of states)
      this.#showState(
        state,
        epochs.filter((epoch) => epoch.state === state),
        siteOf,
      );
    this.#resealed.set(resealing?.resealed ?? 0);
    // In the first pass ever nobody knows how many there are: at least one.
    this.#left.set(resealing === undefined ? 0 : Math.max(1, resealing.of - resealing.seen));
    for (const problem of problems)
      this.#problems.set({ problem }, found.filter((one) => one.problem === problem).length);
  }

  #showState(state: EpochState, epochs: readonly EpochProgress[], siteOf: ReadonlyMap<string, string>): void {
    this.#epochs.set({ state }, epochs.length);
    if (epochs.length > 0) this.#since.set({ state }, Math.min(...epochs.map(({ since }) => since)) / 1000);
    for (const id of epochs.flatMap(({ waitsFor }) => waitsFor))
      this.#waits.inc({ state, site: siteOf.get(id) ?? 'unknown' });
  }
}
