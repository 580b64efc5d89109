import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SqliteStore } from '@strongroom/vault';
import { EtcdCluster, SoftHsm } from '@strongroom/vault/testing';
import { openOpaqueKe, openTransactions } from './contenders/bare.ts';
import type { Contender, Effort } from './contenders/contender.ts';
import { enter } from './contenders/vault.ts';
import { nameOf, nodeName, transactionsName } from './names.ts';
import type { HsmKind, VaultOptions } from './options.ts';
import { fillEtcd, fillSqlite, type Progress } from './stores/fill.ts';
import { forgetCached, writeOut } from './stores/page-cache.ts';
import { etcdPlace, type HsmPlace } from './stores/places.ts';
import { openNode, openVault } from './stores/serving.ts';

/** What is set up. */
export interface WorkbenchOptions extends Pick<
  VaultOptions,
  'stores' | 'hsms' | 'records' | 'work' | 'keep'
> {
  readonly effort: Effort;
  /** Told what is being done. */
  readonly say: (line: string) => void;
}

type Undo = () => Promise<void>;

/** Sets up everybody who takes turns, and takes it all down again. */
export class Workbench {
  readonly contenders: readonly Contender[];
  readonly #undo: Undo[];

  private constructor(contenders: readonly Contender[], undo: Undo[]) {
    this.contenders = contenders;
    this.#undo = undo;
  }

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    await mkdir(options.work, { recursive: true });
    const undo: Undo[] = [];
    try {
      return new Workbench(await new Setup(options, undo).all(), undo);
    } catch (error) {
      await undoAll(undo);
      throw error;
    }
  }

  close(): Promise<void> {
    return undoAll(this.#undo);
  }
}

/** The last first. */
async function undoAll(undo: Undo[]): Promise<void> {
  for (const one of undo.splice(0).toReversed()) await one();
}

class Setup {
  readonly #options: WorkbenchOptions;
  readonly #undo: Undo[];
  #softHsm: SoftHsm | undefined;

  constructor(options: WorkbenchOptions, undo: Undo[]) {
    this.#options = options;
    this.#undo = undo;
  }

  async all(): Promise<readonly Contender[]> {
    const { stores, effort } = this.#options;
    const contenders = [await this.#add(openOpaqueKe(effort))];
    if (stores.includes('sqlite')) contenders.push(...(await this.#sqlite()));
    if (stores.includes('etcd')) contenders.push(...(await this.#etcd()));
    return contenders;
  }

  async #sqlite(): Promise<readonly Contender[]> {
    const { records, hsms } = this.#options;
    const contenders: Contender[] = [];
    const places = records.sqlite.flatMap((count) => hsms.map((hsm) => ({ count, hsm })));
    // Another HSM says nothing about how a store grows: the smallest will do.
    const needed = places.filter(({ count, hsm }) => hsm === 'software' || count === records.sqlite[0]);
    for (const { count, hsm } of needed) contenders.push(await this.#add(this.#sqliteVault(count, hsm)));
    if (hsms.includes('software')) contenders.push(await this.#add(this.#node(records.sqlite[0]!)));
    return contenders;
  }

  async #sqliteVault(count: number, hsm: HsmKind): Promise<Contender> {
    const { effort, say } = this.#options;
    const name = nameOf('sqlite', hsm, count);
    const folder = await this.#folder(`sqlite-${hsm}-${count}`, hsm === 'software');
    const path = join(folder, 'records.db');
    await fillOnce(folder, path, count, progressOf(say, name, count));
    const serving = await openVault({ kind: 'sqlite', path }, await this.#hsm(hsm, folder));
    const cool = (): Promise<void> => forgetCached(path);
    return enter({ name, serving, effort, cool });
  }

  async #node(count: number): Promise<Contender> {
    const { effort, say } = this.#options;
    const folder = await this.#folder(`node-${count}`, true);
    const path = join(folder, 'records.db');
    await fillOnce(folder, path, count, progressOf(say, nodeName(count), count));
    return enter({ name: nodeName(count), serving: await openNode(folder), effort });
  }

  async #etcd(): Promise<readonly Contender[]> {
    const contenders: Contender[] = [];
    for (const count of this.#options.records.etcd) contenders.push(...(await this.#cluster(count)));
    return contenders;
  }

  async #cluster(count: number): Promise<readonly Contender[]> {
    const { effort, say, hsms, work } = this.#options;
    say(`etcd: five members, ${count} records …`);
    const cluster = await EtcdCluster.start({ members: 5, within: work });
    this.#undo.push(() => cluster.stop());
    const place = etcdPlace(cluster.storeOptions());
    await fillEtcd(cluster, `${place.prefix}records/`, count, progressOf(say, 'etcd', count));
    await writeOut();
    const bare = await this.#add(openTransactions(transactionsName(count), place, effort));
    const vaults: Contender[] = [];
    for (const hsm of hsms) {
      const etcd = etcdPlace(cluster.storeOptions());
      const folder = await this.#folder(`etcd-${hsm}-${count}`, false);
      const serving = await openVault({ kind: 'etcd', etcd }, await this.#hsm(hsm, folder));
      vaults.push(await this.#add(enter({ name: nameOf('etcd', hsm, count), serving, effort })));
    }
    return [bare, ...vaults];
  }

  async #hsm(kind: HsmKind, folder: string): Promise<HsmPlace> {
    if (kind === 'software') return { kind, folder: join(folder, 'hsm') };
    return { kind, token: this.#token() };
  }

  #token(): Extract<HsmPlace, { kind: 'softhsm' }>['token'] {
    if (this.#softHsm === undefined) {
      const softHsm = new SoftHsm();
      this.#softHsm = softHsm;
      this.#undo.push(async () => softHsm.remove());
    }
    return this.#softHsm.makeToken().options;
  }

  // What a token seals opens with that token alone, which is gone at the end.
  async #folder(name: string, mayKeep: boolean): Promise<string> {
    const folder = join(this.#options.work, name);
    await mkdir(folder, { recursive: true });
    if (!this.#options.keep || !mayKeep) this.#undo.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  async #add(opening: Promise<Contender>): Promise<Contender> {
    const contender = await opening;
    this.#undo.push(contender.close);
    this.#options.say(`${contender.name} is ready`);
    return contender;
  }
}

/** Fills a database, unless an earlier run did. */
async function fillOnce(folder: string, path: string, count: number, progress: Progress): Promise<void> {
  const filled = join(folder, 'filled');
  if (existsSync(filled)) return;
  // What an earlier run left half filled.
  await Promise.all(
    ['records.db', 'hsm'].map((name) => rm(join(folder, name), { recursive: true, force: true })),
  );
  await new SqliteStore(path).close();
  fillSqlite(path, count, progress);
  await writeFile(filled, '');
}

function progressOf(say: (line: string) => void, name: string, count: number): Progress {
  const step = Math.max(100_000, Math.floor(count / 10));
  let next = step;
  return (records) => {
    if (records < next) return;
    say(`${name}: ${records} of ${count} records are there`);
    next += step;
  };
}
