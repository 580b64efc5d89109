import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FrontDoorObserver } from '../answering.ts';
import type { NodeState } from '../vaults/node-health.ts';
import type { PoolObserver } from '../vaults/vault-pool.ts';

const prefix = 'strongroom_front_door';
// Seconds: from a request that touches the database alone to the deadline of a relayed one.
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5];
const states: readonly NodeState[] = ['well', 'doubtful', 'down'];

/** What is read when metrics are asked for. */
export interface MetricSources {
  readonly underWay: () => number;
  /** Streams of events that are open. */
  readonly streams: () => number;
  /** How the nodes of a vault are. */
  readonly nodes: () => readonly {
    readonly vault: string;
    readonly site: string;
    readonly state: NodeState;
  }[];
}

/** What a front door counts: requests, failures and events by kind, nodes by site; nothing by person. */
export class FrontDoorMetrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter('requests_total', 'Requests that ended.', ['method', 'outcome']);
  readonly #seconds = this.#histogram('request_seconds', 'How long requests took.', ['method']);
  readonly #events = this.#counter('vault_events_total', 'What happened at vaults.', ['kind']);
  readonly #failures = this.#counter(
    'vault_failures_total',
    'Tries at a vault node that failed, each a failover.',
    ['site', 'reason'],
  );
  readonly #nodeSeconds = this.#histogram('vault_seconds', 'How long vault nodes took to answer.', ['site']);

  readonly #certificates = new Gauge({
    name: `${prefix}_certificate_expires_seconds`,
    help: 'When the first certificate in a file runs out, as Unix time.',
    labelNames: ['file'],
    registers: [this.#registry],
  });

  constructor({ underWay, streams, nodes }: MetricSources) {
    const registers = [this.#registry];
    // The gauges read what they show when they are asked.
    void new Gauge({
      name: `${prefix}_requests_under_way`,
      help: 'Requests that are being served.',
      registers,
      collect() {
        this.set(underWay());
      },
    });
    void new Gauge({
      name: `${prefix}_event_streams`,
      help: 'Devices that listen for security events.',
      registers,
      collect() {
        this.set(streams());
      },
    });
    void new Gauge({
      name: `${prefix}_vault_node_state`,
      help: 'Of the states of a vault node, 1 for the one it is in.',
      labelNames: ['vault', 'site', 'state'],
      registers,
      collect() {
        for (const { vault, site, state } of nodes())
          for (const one of states) this.set({ vault, site, state: one }, one === state ? 1 : 0);
      },
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  /** For a front door. */
  readonly requests: FrontDoorObserver = {
    onRequest: (method, outcome, milliseconds) => {
      this.#requests.inc({ method, outcome });
      this.#seconds.observe({ method }, milliseconds / 1000);
    },
    // How long somebody listened says nothing of how long requests take.
    onStream: (method, outcome) => this.#requests.inc({ method, outcome }),
    onEvent: (kind) => this.#events.inc({ kind }),
  };

  /** For a pool of vault nodes. */
  readonly pool: Required<Pick<PoolObserver, 'onServed' | 'onFailed'>> = {
    onServed: (site, milliseconds) => this.#nodeSeconds.observe({ site }, milliseconds / 1000),
    onFailed: (site, reason) => this.#failures.inc({ site, reason }),
  };

  /** @param expires milliseconds since 1970, by what the certificate is for */
  certificates(expires: ReadonlyMap<string, number>): void {
    this.#certificates.reset();
    for (const [file, at] of expires) this.#certificates.set({ file }, at / 1000);
  }

  /** In Prometheus' text format. */
  async print(): Promise<{ text: string; type: string }> {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `${prefix}_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({
      name: `${prefix}_${name}`,
      help,
      labelNames,
      buckets,
      registers: [this.#registry],
    });
  }
}
