import type { TracerProvider } from '@opentelemetry/api';
import { isStrongroomError, toHex, VERSION } from '@strongroom/core';
import { startAdminServer, type AdminPages } from '@strongroom/core/node';
import type { Logger } from 'pino';
import { Reception } from '../epochs/reception.ts';
import { EtcdStore } from '../records/etcd/etcd-store.ts';
import { LATEST_FORMAT } from '../records/format.ts';
import type { RecordStore } from '../records/record-store.ts';
import { Vault } from '../vault.ts';
import { Certificates } from './certificates.ts';
import type { VaultNodeConfig } from './config/config.ts';
import { Gate } from './limits/gate.ts';
import { TenantRates } from './limits/tenant-rates.ts';
import { Traffic } from './limits/traffic.ts';
import { openHsm, openStore, otherCluster, patiently, type Patience } from './open-parts.ts';
import { Readiness } from './readiness.ts';
import { connectListener } from './server/connect-listener.ts';
import { Http2Listener } from './server/http2-server.ts';
import { ServeRequests } from './server/serve-requests.ts';
import { Tending } from './tending.ts';
import { describeError } from './watch/describe-error.ts';
import { epochWatch } from './watch/epoch-watch.ts';
import { NodeMetrics } from './watch/metrics.ts';
import { RequestLog } from './watch/node-log.ts';
import { ObservedStore } from './watch/observed-store.ts';
import { ServeTraces } from './watch/traces.ts';

/** What a node is made of. */
export interface VaultNodeOptions {
  readonly config: VaultNodeConfig;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Stands between the vault and its records: for tests in which the store fails. */
  readonly wrapStore?: (store: RecordStore) => RecordStore;
  /** Between two rounds of regular care, milliseconds; a minute. */
  readonly tendEvery?: number;
  /** How long a store or an HSM is waited for that cannot be reached yet, milliseconds; for ever. */
  readonly startWithin?: number;
  /** Ends that waiting. */
  readonly signal?: AbortSignal;
  /** Reads the configuration again, for certificates that were exchanged; without it they stay as they are. */
  readonly reread?: () => VaultNodeConfig;
  /** Between two such times, milliseconds; a minute. */
  readonly rereadEvery?: number;
  /** Records traces; the one that is registered with OpenTelemetry. */
  readonly tracerProvider?: TracerProvider;
}

/** A vault node that serves. */
export interface VaultNode {
  /** Where front doors reach it. */
  readonly url: string;
  /** Where `/healthz`, `/readyz` and `/metrics` are. */
  readonly adminUrl: string;
  readonly vault: Vault;
  /**
   * Reads the configuration again now. Certificates, keys and etcd's password that changed are used from the next
   * connection on; what cannot be used is logged, and nothing changes. Everything else needs a new start.
   */
  reload(): void;
  /** Refuses new requests, and waits for those under way as long as the configuration allows. */
  drain(): Promise<void>;
  /** Drains, unless that was done, and stops. */
  close(): Promise<void>;
}

const bodyTime = 5000;
const answerTime = 5000;
const handshakeTime = 5000;
const idleTime = 120_000;
const closingGrace = 1000;
const spareStreams = 100;
const defaults = { now: Date.now, tendEvery: 60_000, startWithin: Infinity, rereadEvery: 60_000 };

type Stop = () => Promise<void>;

/**
 * Starts a vault node. Its admin address answers from the beginning, its vault as soon as store and HSM are there.
 * @throws StrongroomError `wrong-usage` for what the operator must correct; `unavailable` or `hsm` when the store or
 * the HSM cannot be reached in time; `cancelled`
 */
export async function startVaultNode(options: VaultNodeOptions): Promise<VaultNode> {
  const stops: Stop[] = [];
  try {
    return await start({ ...defaults, ...options }, stops);
  } catch (error) {
    options.log.error({ error: describeError(error) }, 'the node could not be started');
    await stopAll(stops);
    throw error;
  }
}

type Options = VaultNodeOptions & typeof defaults;

async function start(options: Options, stops: Stop[]): Promise<VaultNode> {
  const { config, log, now } = options;
  const { site, limits } = config;
  log.info(
    { site, version: VERSION, format: LATEST_FORMAT, store: config.store.kind, hsm: config.hsm.kind },
    'starting',
  );
  const metrics = new NodeMetrics(site, config.frontDoors.keys());
  const readiness = new Readiness((ready) => metrics.ready(ready));
  const admin = await startAdminServer(config.admin, pagesOf(readiness, metrics));
  stops.push(() => admin.close());
  const { vault, store } = await openVault(options, { metrics, readiness }, stops);
  const traffic = new Traffic(limits.concurrency + limits.queue);
  const gate = new Gate(limits);
  metrics.watch({
    open: () => traffic.open,
    running: () => gate.inside,
    queued: () => gate.waiting,
    draining: () => traffic.isDraining,
  });
  const rates = new TenantRates({ perSecond: limits.perTenantPerSecond, now });
  const traces = new ServeTraces(site, options.tracerProvider);
  const watchers = { metrics, log: new RequestLog(log), traces, rates };
  const requests = new ServeRequests({ vault, gate, watchers, deadline: limits.deadline });
  const listener = await listen(config, requests, traffic, watchers);
  stops.push(() => listener.close(closingGrace));
  const tending = tend(vault, options, metrics);
  stops.push(() => tending.stop(closingGrace));
  const certificates = new Certificates({ listener, store, metrics, log }, options);
  stops.push(async () => certificates.close());
  const vaultId = toHex(vault.describe(1, '').vaultId);
  const etcd = store instanceof EtcdStore && { etcdCluster: store.clusterId };
  log.info({ url: listener.url, adminUrl: admin.url, vaultId, ...etcd }, 'ready');
  const addresses = { url: listener.url, adminUrl: admin.url };
  return nodeOf(vault, addresses, { options, readiness, traffic, certificates, stops });
}

// Counts by kind of request are not for front doors, which know who asks: the admin address is the operator's alone.
function pagesOf(readiness: Readiness, metrics: NodeMetrics): AdminPages {
  return {
    alive: 'alive',
    ready: async () => {
      const word = await readiness.check();
      return { isReady: word === 'ready', word };
    },
    metrics: async () => ({ text: await metrics.text(), type: metrics.contentType }),
  };
}

async function openVault(
  options: Options,
  { metrics, readiness }: { metrics: NodeMetrics; readiness: Readiness },
  stops: Stop[],
): Promise<{ readonly vault: Vault; readonly store: RecordStore }> {
  const { config, log, now, wrapStore = (store): RecordStore => store } = options;
  const patience: Patience = {
    within: options.startWithin,
    signal: options.signal,
    onWait: (error) => log.warn({ error: describeError(error) }, 'waiting for the store or the HSM'),
  };
  const hsm = await patiently(() => openHsm(config), patience);
  stops.push(() => hsm.close());
  let answersOther = false;
  const onEtcdError = (code: string): void => {
    metrics.etcdError(code);
    answersOther ||= code === 'other-cluster';
  };
  const bare = openStore(config, onEtcdError);
  const store = new ObservedStore(wrapStore(bare), metrics);
  stops.push(() => store.close());
  const { frontDoors, policy, limits } = config;
  const beginCap = limits.failedBeginsPerTenantPerHour;
  const epochs = { site: config.site, reception: new Reception(), observer: epochWatch(metrics, log) };
  const parts = { store, hsm, frontDoors, policy, beginCap, now, epochs };
  const open = async (): Promise<Vault> => {
    answersOther = false;
    return Vault.open(parts).catch((error: unknown) => {
      throw answersOther && isStrongroomError(error, 'unavailable') ? otherCluster(error) : error;
    });
  };
  const vault = await patiently(open, patience);
  readiness.started({ store, hsm, refresh: () => vault.epochs.refresh() });
  return { vault, store: bare };
}

function listen(
  { listen, tls, limits }: VaultNodeConfig,
  requests: ServeRequests,
  traffic: Traffic,
  { metrics, log }: { metrics: NodeMetrics; log: RequestLog },
): Promise<Http2Listener> {
  const onRequest = connectListener({
    routes: requests.routes,
    traffic,
    requestBytes: limits.requestBytes,
    bodyTime,
    wholeTime: bodyTime + limits.deadline + answerTime,
    onRefusal: ({ reason }) => {
      metrics.request('unopened', reason, 0);
      log.refused('unopened', reason);
    },
  });
  return Http2Listener.listen({
    listen,
    tls,
    connections: limits.connections,
    // More than are let in: a refusal says more than a stream that is reset.
    streams: limits.concurrency + limits.queue + spareStreams,
    handshakeTime,
    idleTime,
    onRequest,
    onConnectionError: (kind) => metrics.connectionError(kind),
  });
}

function tend(vault: Vault, { tendEvery, log }: Options, metrics: NodeMetrics): Tending {
  return new Tending({
    tend: () => vault.tend(),
    every: tendEvery,
    onDone: () => metrics.tend('done'),
    onError: (error) => {
      metrics.tend('failed');
      metrics.hsmError(error);
      log.error({ error: describeError(error) }, 'the vault could not be tended');
    },
  });
}

interface Running {
  readonly options: Options;
  readonly readiness: Readiness;
  readonly traffic: Traffic;
  readonly certificates: Certificates;
  readonly stops: Stop[];
}

function nodeOf(
  vault: Vault,
  addresses: Pick<VaultNode, 'url' | 'adminUrl'>,
  { options: { config, log }, readiness, traffic, certificates, stops }: Running,
): VaultNode {
  const drain = once(async () => {
    log.info({ open: traffic.open }, 'draining');
    readiness.drain();
    traffic.drain();
    const isDone = await traffic.idle(config.limits.drain);
    if (isDone) log.info({}, 'drained');
    else log.warn({ open: traffic.open }, 'stopping with requests under way');
  });
  const close = once(async () => {
    await drain();
    await stopAll(stops);
    log.info({}, 'stopped');
  });
  return { ...addresses, vault, drain, close, reload: () => certificates.reload() };
}

/** The last that was started first. */
async function stopAll(stops: Stop[]): Promise<void> {
  for (const stop of stops.splice(0).toReversed()) await stop();
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}
