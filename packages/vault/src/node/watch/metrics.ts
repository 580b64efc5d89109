import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { VaultEvent } from '@strongroom/wire/vault';
import { isHsmError } from '../../hsm/hsm-error.ts';
import type { FleetProgress } from '../../epochs/progress.ts';
import { LATEST_FORMAT } from '../../records/format.ts';
import type { RequestKind } from '../../serve-hooks.ts';
import { VERSION } from '@strongroom/core';
import { FleetMetrics } from './fleet-metrics.ts';

/** Tenants that are told apart; more are counted together as `other`. */
export const MOST_TENANT_LABELS = 32;

const prefix = 'strongroom_vault_';
const fast = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is measured when somebody looks, rather than counted. */
export interface Gauges {
  readonly open: () => number;
  readonly running: () => number;
  readonly queued: () => number;
  readonly draining: () => boolean;
}

/** What a node counts. Nothing of it is about a person: no account, no address, and of tenants only the first few. */
export class NodeMetrics {
  readonly #registry = new Registry();
  readonly #tenants: ReadonlySet<string>;
  readonly #requests = this.#counter('requests_total', 'Requests by kind and outcome.', ['kind', 'outcome']);
  readonly #tenantRequests = this.#counter(
    'tenant_requests_total',
    'Requests with an account token that holds.',
    ['tenant'],
  );
  readonly #seconds = this.#histogram('request_seconds', 'From when a request was read to its answer.', [
    'kind',
  ]);
  readonly #guesses = this.#counter('guesses_counted_total', 'Guesses that were counted durably.', [
    'tenant',
  ]);
  readonly #caps = this.#counter(
    'guesses_capped_total',
    'Guesses refused because the tenant had too many that failed in this hour.',
    ['tenant'],
  );
  readonly #limited = this.#counter(
    'rate_limited_total',
    'Requests over what the tenant may ask for in a second.',
    ['tenant'],
  );
  readonly #events = this.#counter(
    'events_total',
    'What happened to accounts; all but guess-counted and opened erase something.',
    ['event'],
  );
  readonly #conflicts = this.#counter(
    'conflicts_total',
    'Writes that lost a race, so that the rules ran again.',
  );
  readonly #deadlines = this.#counter(
    'deadlines_total',
    'Requests whose deadline passed before their answer.',
  );
  readonly #storeSeconds = this.#histogram(
    'store_seconds',
    'Reads and durable writes of the store that succeeded.',
    ['operation'],
  );
  readonly #storeErrors = this.#counter('store_errors_total', 'Reads and writes of the store that failed.', [
    'operation',
  ]);
  readonly #etcdErrors = this.#counter(
    'etcd_attempt_errors_total',
    'Attempts at an etcd member that failed; another one may have served.',
    ['code'],
  );
  readonly #hsmErrors = this.#counter('hsm_errors_total', 'Uses of the HSM that failed.', ['problem']);
  readonly #tends = this.#counter('tends_total', 'Rounds of regular care.', ['result']);
  readonly #connectionErrors = this.#counter(
    'connection_errors_total',
    'Connections that were refused or broke.',
    ['kind'],
  );
  readonly #epochSteps = this.#counter('epoch_steps_total', 'Steps taken for the epochs of the fleet.', [
    'step',
  ]);
  readonly #epochProblems = this.#counter('epoch_problems_total', 'What an operator may have to see to.', [
    'problem',
  ]);
  readonly #resealed = this.#counter('resealed_total', 'Values that were sealed anew under a newer epoch.');
  readonly #ready = this.#gauge('ready', '1 when the node was ready when it was last asked.');
  readonly #fleet = new FleetMetrics((...of) => this.#gauge(...of));
  readonly #certificates = this.#gauge(
    'certificate_expires_seconds',
    'When the first certificate in a file runs out, as Unix time.',
    ['file'],
  );

  /** @param tenants that have front doors here: the first of them get labels */
  constructor(site: string, tenants: Iterable<string>) {
    this.#tenants = new Set([...tenants].slice(0, MOST_TENANT_LABELS));
    collectDefaultMetrics({ register: this.#registry });
    const labels = { version: VERSION, format: String(LATEST_FORMAT), site };
    this.#gauge('build_info', 'Always 1.', Object.keys(labels)).set(labels, 1);
  }

  /** The content type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything, as Prometheus reads it. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  watch({ open, running, queued, draining }: Gauges): void {
    this.#measure('open_requests', 'Requests that are not answered yet.', open);
    this.#measure('running_requests', 'Requests that are being served.', running);
    this.#measure('queued_requests', 'Requests that wait for their turn.', queued);
    this.#measure('draining', '1 while the node refuses new requests because it is about to stop.', () =>
      Number(draining()),
    );
  }

  /** A request came to an end. @param outcome what was answered, or a stable code of why not */
  request(kind: RequestKind | 'unopened', outcome: string, seconds: number): void {
    this.#requests.inc({ kind, outcome });
    this.#seconds.observe({ kind }, seconds);
  }

  tenant(tenant: string): void {
    this.#tenantRequests.inc(this.#label(tenant));
  }

  event(event: VaultEvent): void {
    if (event !== VaultEvent.UNSPECIFIED) this.#events.inc({ event: eventName(event) });
  }

  guess(tenant: string): void {
    this.#guesses.inc(this.#label(tenant));
  }

  cap(tenant: string): void {
    this.#caps.inc(this.#label(tenant));
  }

  rateLimited(tenant: string): void {
    this.#limited.inc(this.#label(tenant));
  }

  conflict(): void {
    this.#conflicts.inc();
  }

  deadline(): void {
    this.#deadlines.inc();
  }

  store(operation: string, seconds: number): void {
    this.#storeSeconds.observe({ operation }, seconds);
  }

  storeError(operation: string): void {
    this.#storeErrors.inc({ operation });
  }

  etcdError(code: string): void {
    this.#etcdErrors.inc({ code });
  }

  /** Counts an error that came from the HSM, or from what came from it; any other is passed over. */
  hsmError(error: unknown): void {
    const cause = isHsmError(error) ? error : (error as Error | undefined)?.cause;
    if (isHsmError(cause)) this.#hsmErrors.inc({ problem: cause.details.problem });
  }

  tend(result: 'done' | 'failed'): void {
    this.#tends.inc({ result });
  }

  connectionError(kind: 'tls' | 'session' | 'dropped'): void {
    this.#connectionErrors.inc({ kind });
  }

  epochStep(step: string): void {
    this.#epochSteps.inc({ step });
  }

  epochProblem(problem: string): void {
    this.#epochProblems.inc({ problem });
  }

  resealed(values: number): void {
    this.#resealed.inc(values);
  }

  ready(isReady: boolean): void {
    this.#ready.set(Number(isReady));
  }

  fleet(progress: FleetProgress): void {
    this.#fleet.show(progress);
  }

  /** @param expires milliseconds since 1970, by the name of the field that says where the certificate is */
  certificates(expires: ReadonlyMap<string, number>): void {
    this.#certificates.reset();
    for (const [file, at] of expires) this.#certificates.set({ file }, at / 1000);
  }

  #label(tenant: string): { tenant: string } {
    return { tenant: this.#tenants.has(tenant) ? tenant : 'other' };
  }

  #counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    return new Counter({
      name: prefix + name,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
    });
  }

  #histogram(name: string, help: string, labelNames: readonly string[]): Histogram {
    const options = { labelNames: [...labelNames], buckets: fast, registers: [this.#registry] };
    return new Histogram({ name: prefix + name, help, ...options });
  }

  #gauge(name: string, help: string, labelNames: readonly string[] = []): Gauge {
    return new Gauge({ name: prefix + name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #measure(name: string, help: string, value: () => number): void {
    const registers = [this.#registry];
    void new Gauge({
      name: prefix + name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }
}

/** `last-guess-counted` for LAST_GUESS_COUNTED. */
function eventName(event: VaultEvent): string {
  return (VaultEvent[event] ?? 'unknown').toLowerCase().replaceAll('_', '-');
}
