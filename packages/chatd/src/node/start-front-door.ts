import type { DatabaseSync } from 'node:sqlite';
import { StrongroomError } from '@strongroom/core';
import { startAdminServer, type AdminServer } from '@strongroom/core/node';
import type { FastifyInstance } from 'fastify';
import type { FrontDoorLog } from '../answering.ts';
import { consoleSender, printingSender, type CodeSender } from '../code-sender.ts';
import { openFrontDoorDatabase } from '../database.ts';
import { defaultStreams } from '../events/event-streams.ts';
import { FrontDoor } from '../front-door.ts';
import { Limits } from '../limits/limits.ts';
import { serveFrontDoor, type ListeningDoor } from '../serve-front-door.ts';
import { untraced } from '../span.ts';
import { steadyClock } from '../vaults/clock.ts';
import type { VaultPool } from '../vaults/vault-pool.ts';
import { Certificates } from './certificates.ts';
import type { FrontDoorConfig } from './config/config.ts';
import { readDirectory, readTokenKey, type ReadDirectory } from './keys.ts';
import { FrontDoorMetrics } from './metrics.ts';
import { openPool, type OpenedPool } from './open-pool.ts';
import { telemetrySpan } from './telemetry-span.ts';

/** Why a front door is not ready. */
type NotReady = 'draining' | 'database' | 'vault';

/** What a front door process is made of. */
export interface StartOptions {
  readonly config: FrontDoorConfig;
  readonly log: FrontDoorLog;
  /** Writes one line where the operator sees it: sign-in codes, when the configuration says so. */
  readonly print: (line: string) => void;
  /** Adds routes beside the service, such as a cloud's. */
  readonly mount?: (app: FastifyInstance, frontDoor: FrontDoor) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Whether spans are made, for whatever the process has registered with OpenTelemetry. */
  readonly tracing?: boolean;
  /** Reads the configuration again, for certificates that were exchanged; without it they stay as they are. */
  readonly reread?: () => FrontDoorConfig;
  /** Between two such times, milliseconds; a minute. */
  readonly rereadEvery?: number;
}

/** A front door that runs. */
export interface RunningFrontDoor {
  readonly url: string;
  readonly adminUrl: string;
  /**
   * Reads the configuration again now. Certificates and their keys that changed are used from the next connection on;
   * what cannot be used is logged, and nothing changes. Everything else needs a new start.
   */
  reload(): void;
  /** Says that it stops, answers what is under way, and takes no more. */
  drain(): Promise<void>;
  /** Drains, unless that is done, and lets everything go. */
  close(): Promise<void>;
}

/** Starts a front door. @throws StrongroomError `wrong-usage` for files and ports that cannot be used */
export async function startFrontDoor(options: StartOptions): Promise<RunningFrontDoor> {
  const { config } = options;
  const tokenKey = await readTokenKey(config.tokenKeyFile);
  const directory = await readDirectory(config);
  const database = openDatabase(config.database);
  const running = new FrontDoorProcess(options, database, directory);
  try {
    await running.start(tokenKey);
    return running;
  } catch (error) {
    await running.close();
    throw error;
  }
}

class FrontDoorProcess implements RunningFrontDoor {
  readonly #options: StartOptions;
  readonly #database: DatabaseSync;
  readonly #directory: ReadDirectory;
  readonly #limits: Limits;
  readonly #metrics: FrontDoorMetrics;
  readonly #opened: ReadonlyMap<string, OpenedPool>;
  readonly #pools: ReadonlyMap<string, VaultPool>;
  #frontDoor: FrontDoor | undefined;
  #certificates: Certificates | undefined;
  #door: ListeningDoor | undefined;
  #admin: AdminServer | undefined;
  #drained: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: StartOptions, database: DatabaseSync, directory: ReadDirectory) {
    const { config, log } = options;
    this.#options = options;
    this.#database = database;
    this.#directory = directory;
    this.#limits = new Limits(config.limits);
    this.#metrics = new FrontDoorMetrics({
      underWay: () => this.#limits.underWay,
      streams: () => this.#frontDoor?.streams ?? 0,
      nodes: () =>
        [...this.#pools].flatMap(([vault, pool]) => pool.states().map((one) => ({ vault, ...one }))),
    });
    const { pool: observer } = this.#metrics;
    const span = this.#span;
    this.#opened = new Map(
      config.vaults.map((vault) => [vault.vaultId, openPool(vault, { observer, log, span })]),
    );
    this.#pools = new Map([...this.#opened].map(([vaultId, { pool }]) => [vaultId, pool]));
  }

  get #span(): typeof untraced {
    return this.#options.tracing === true ? telemetrySpan : untraced;
  }

  get url(): string {
    return this.#door?.url ?? '';
  }

  get adminUrl(): string {
    return this.#admin?.url ?? '';
  }

  async start(tokenKey: Awaited<ReturnType<typeof readTokenKey>>): Promise<void> {
    const { config, mount } = this.#options;
    const frontDoor = this.#makeFrontDoor(tokenKey);
    this.#frontDoor = frontDoor;
    for (const pool of this.#pools.values()) pool.start();
    const { listen, tls, trustedProxies, limits } = config;
    this.#door = await serveFrontDoor(frontDoor, {
      ...listen,
      ...limits,
      trustedProxies,
      ...(tls && { tls: { certificate: tls.certificate, key: tls.key.reveal() } }),
      mount: (app) => mount?.(app, frontDoor),
    });
    this.#admin = await startAdminServer(config.admin, {
      alive: 'ok',
      ready: async () => {
        const reason = this.#notReady();
        return { isReady: reason === undefined, word: reason ?? 'ok' };
      },
      metrics: () => this.#metrics.print(),
    });
    this.#certificates = new Certificates(
      { door: this.#door, pools: this.#opened, metrics: this.#metrics },
      this.#options,
    );
    this.#options.log.info({ url: this.url, admin: this.adminUrl }, 'the front door is open');
  }

  reload(): void {
    this.#certificates?.reload();
  }

  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #makeFrontDoor(tokenKey: Awaited<ReturnType<typeof readTokenKey>>): FrontDoor {
    const { config, log, print, now } = this.#options;
    const vaults = [...this.#pools].map(([vaultId, pool]) => [vaultId, pool.serve.bind(pool)] as const);
    return new FrontDoor({
      database: this.#database,
      send: senderOf(config, print),
      tenant: config.tenant,
      tokenKey,
      directory: this.#directory.signed,
      vaults: new Map(vaults),
      log,
      limits: this.#limits,
      streams: { ...defaultStreams, perProcess: config.limits.eventStreams },
      observer: this.#metrics.requests,
      span: this.#span,
      ...(now && { now }),
    });
  }

  // With fewer vaults than must answer, nobody can open a backup here; another front door may reach more.
  #notReady(): NotReady | undefined {
    if (this.#drained !== undefined) return 'draining';
    if (!answers(this.#database)) return 'database';
    const reachable = [...this.#pools.values()].filter((pool) =>
      pool.states().some(({ state }) => state !== 'down'),
    );
    return reachable.length < this.#directory.threshold ? 'vault' : undefined;
  }

  async #drain(): Promise<void> {
    if (this.#door === undefined) return;
    const { notice, drain } = this.#options.config.limits;
    this.#options.log.info({ underWay: this.#limits.underWay }, 'the front door is closing');
    if (notice > 0) await steadyClock.sleep(notice);
    await this.#door.close(drain);
    this.#options.log.info(
      { underWay: this.#limits.underWay },
      'the front door has answered what was under way',
    );
  }

  async #close(): Promise<void> {
    await this.drain();
    this.#certificates?.close();
    for (const pool of this.#pools.values()) pool.close();
    await this.#admin?.close();
    this.#database.close();
    this.#options.log.info({}, 'the front door is closed');
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    return openFrontDoorDatabase(path);
  } catch (cause) {
    throw new StrongroomError('wrong-usage', { why: `"database": ${path} cannot be opened.` }, { cause });
  }
}

function answers(database: DatabaseSync): boolean {
  try {
    return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
  } catch {
    return false;
  }
}

function senderOf({ codes }: FrontDoorConfig, print: (line: string) => void): CodeSender {
  return codes.kind === 'file' ? consoleSender(codes.path, () => {}) : printingSender(print);
}
