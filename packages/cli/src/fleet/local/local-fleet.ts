import { readFileSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { randomBytes, StrongroomError, toHex } from '@strongroom/core';
import { openSigningKey } from '../../up/server-keys.ts';
import { Cluster } from './cluster.ts';
import { writeDoorConfigs, writeVaultConfigs } from './configurations.ts';
import { directoryHash, handOver, holdCeremony } from './key-ceremony.ts';
import { Layout } from './layout.ts';
import type { LocalProcess } from './local-process.ts';
import { makeTls } from './make-tls.ts';
import { memberFolder } from './members.ts';
import type { LocalFleetOptions } from './options.ts';
import { prepare, sameAs } from './prepare.ts';
import { checkPorts } from './check-ports.ts';
import { isReady, stateAt } from './probes.ts';
import { Processes } from './processes.ts';
import { etcdProgram } from './programs.ts';
import { readSettings, writeSettings, type FleetSettings, type SitePorts } from './settings.ts';
import type { DoorStatus, FleetStatus, SiteStatus } from './status.ts';
import { makeTokens, officerPin, softhsmEnvironment } from './softhsm.ts';

/** Which processes of a site are meant. */
export interface Parts {
  readonly etcd: boolean;
  readonly vault: boolean;
}

/** What came of healing. */
export interface Healed {
  /** The sites whose members began empty. */
  readonly replaced: readonly string[];
  /** `false`: most members are still down, so that nothing serves yet. */
  readonly hasMajority: boolean;
}

/** A front door, as clients and its operator reach it. */
export interface LocalDoor {
  readonly door: string;
  readonly url: string;
  readonly adminUrl: string;
}

const both: Parts = { etcd: true, vault: true };
// Milliseconds, on a machine that does much else.
const startWithin = 120_000;
const stopWithin = { door: 8000, vault: 22_000, etcd: 5000 };

/**
 * A fleet on one machine: sites with an etcd member and a vault node each, two front doors, TLS everywhere, each a
 * process of its own that any command finds again by the fleet's folder.
 */
export class LocalFleet {
  readonly layout: Layout;
  readonly #options: LocalFleetOptions;
  #settings: FleetSettings;

  private constructor(layout: Layout, settings: FleetSettings, options: LocalFleetOptions) {
    this.layout = layout;
    this.#settings = settings;
    this.#options = options;
  }

  /**
   * Opens the fleet of a folder, or prepares one in an empty folder; nothing is started.
   * @throws StrongroomError `wrong-usage` for a folder of another kind, other options than it was made with, and what
   * is not installed
   */
  static async open(options: LocalFleetOptions): Promise<LocalFleet> {
    const layout = new Layout(resolve(options.folder));
    const found = readSettings(layout);
    if (found?.made === 'yes') return new LocalFleet(layout, sameAs(found, options), options);
    etcdProgram();
    if (found !== undefined) await new LocalFleet(layout, found, options).#clear();
    return new LocalFleet(layout, await prepare(layout, options), options);
  }

  /** Opens the fleet of a folder. @throws StrongroomError `wrong-usage` when there is none */
  static existing(folder: string, options: Omit<LocalFleetOptions, 'folder'> = {}): LocalFleet {
    const layout = new Layout(resolve(folder));
    const found = readSettings(layout);
    if (found !== undefined) return new LocalFleet(layout, found, { ...options, folder });
    const why = `There is no fleet in ${layout.folder}. Make one: strongroom fleet up --data ${folder}`;
    throw new StrongroomError('wrong-usage', { why });
  }

  get settings(): FleetSettings {
    return this.#settings;
  }

  /** The names of its sites. */
  get sites(): readonly string[] {
    return this.#settings.sites.map(({ site }) => site);
  }

  get doors(): readonly LocalDoor[] {
    return this.#settings.doors.map(({ door, listen, admin }) => ({
      door,
      url: `http://127.0.0.1:${listen}`,
      adminUrl: `http://127.0.0.1:${admin}`,
    }));
  }

  /** SHA-256 of the list of vaults, hex. */
  directorySha256(): Promise<string> {
    return directoryHash(new Uint8Array(readFileSync(this.layout.directory)));
  }

  /** A site's processes: to pause, to kill, to look at. */
  process(site: string, part: keyof Parts): LocalProcess {
    const ports = this.#ports(site);
    return part === 'etcd' ? this.#processes.etcd(ports) : this.#processes.vault(ports);
  }

  /** A front door's process. */
  doorProcess(door: string): LocalProcess {
    return this.#processes.door(door);
  }

  /** Where a site's vault node tells how it is. */
  adminUrl(site: string): string {
    return `http://127.0.0.1:${this.#ports(site).admin}`;
  }

  /** Starts what does not run, and waits until all serves. The first time, the fleet is made. */
  async start(): Promise<void> {
    await checkPorts(this.#settings, this.#processes);
    if (this.#settings.made === 'no') await this.#make();
    else await this.heal(this.sites);
    await this.startDoors();
  }

  /** Starts the front doors that do not run, and waits until they serve. */
  async startDoors(): Promise<void> {
    for (const { door } of this.#settings.doors) this.doorProcess(door).start();
    await Promise.all(this.doors.map((door) => this.#doorServes(door)));
  }

  /** Ends everything: front doors and vault nodes after what is under way, then etcd. */
  async stop(): Promise<void> {
    const { sites, doors } = this.#settings;
    await Promise.all(doors.map(({ door }) => this.doorProcess(door).stop(stopWithin.door)));
    await Promise.all(sites.map((ports) => this.#processes.vault(ports).stop(stopWithin.vault)));
    await Promise.all(sites.map((ports) => this.#processes.etcd(ports).stop(stopWithin.etcd)));
  }

  /** Whether any of its processes runs. */
  get runs(): boolean {
    return this.#processes.all.some(({ pid }) => pid !== undefined);
  }

  /**
   * Kills processes of a site in the middle of whatever they do. A member in memory loses its database with it, as a
   * machine does that loses its power.
   */
  async kill(site: string, { etcd, vault }: Parts = both): Promise<void> {
    const ports = this.#ports(site);
    await Promise.all([
      vault && this.#processes.vault(ports).kill(),
      etcd && this.#processes.etcd(ports).kill(),
    ]);
    if (etcd && this.#settings.memory !== '')
      await rm(memberFolder(this.layout, this.#settings, site), { recursive: true, force: true });
  }

  /**
   * Starts what does not run at these sites, and waits until it serves, unless most members are still down. Members
   * that lost their databases are replaced: taken out of the cluster, added anew, started empty.
   * @throws StrongroomError `wrong-usage` when most members lost their databases, or cannot be replaced now
   */
  async heal(sites: readonly string[]): Promise<Healed> {
    const all = sites.map((site) => this.#ports(site));
    const cluster = this.#cluster();
    const lost = all.filter(
      (ports) => this.#processes.etcd(ports).pid === undefined && cluster.isEmpty(ports.site),
    );
    if (lost.length * 2 >= this.sites.length) throw this.#allLost(lost.length);
    const kept = all.filter((ports) => !lost.includes(ports));
    for (const ports of kept) this.#processes.etcd(ports).start();
    const hasMajority = this.#runningMembers * 2 > this.sites.length;
    if (hasMajority) {
      await Promise.all(kept.map((ports) => this.#memberServes(ports)));
      await this.#replace(lost.map(({ site }) => site));
    }
    for (const ports of all) this.#processes.vault(ports).start();
    if (hasMajority) await Promise.all(all.map((ports) => this.#vaultServes(ports)));
    return { replaced: hasMajority ? lost.map(({ site }) => site) : [], hasMajority };
  }

  /** How everything is. */
  async status(): Promise<FleetStatus> {
    const cluster = this.#cluster();
    const sites = this.#settings.sites.map(async (ports): Promise<SiteStatus> => {
      const etcd = this.#processes.etcd(ports);
      const runs = etcd.pid !== undefined;
      return {
        site: ports.site,
        etcd: runs ? await cluster.role(ports) : 'down',
        isEmpty: !runs && cluster.isEmpty(ports.site),
        vault: await stateAt(this.#processes.vault(ports), this.adminUrl(ports.site)),
      };
    });
    const doors = this.doors.map(async ({ door, url, adminUrl }): Promise<DoorStatus> => {
      return { door, url, state: await stateAt(this.doorProcess(door), adminUrl) };
    });
    return { sites: await Promise.all(sites), doors: await Promise.all(doors) };
  }

  /** Removes everything that the fleet ever wrote. It must be stopped. */
  async erase(): Promise<void> {
    if (this.#settings.memory !== '') await rm(this.#settings.memory, { recursive: true, force: true });
    await rm(this.layout.folder, { recursive: true, force: true });
  }

  get #runningMembers(): number {
    return this.#settings.sites.filter((ports) => this.#processes.etcd(ports).pid !== undefined).length;
  }

  async #make(): Promise<void> {
    const { layout, sites } = this;
    const settings = this.#settings;
    this.#say('Making certificates and keys.');
    await makeTls(layout, sites);
    for (const user of ['root', 'vault'] as const)
      await writeFile(layout.password(user), `${toHex(randomBytes(16))}\n`, { mode: 0o600 });
    if (settings.hsm === 'softhsm') await this.#makeTokens();
    const doorKey = toHex((await openSigningKey(layout.doorKey)).publicKey);
    const overrides = this.#options.overrides ?? {};
    await writeVaultConfigs(layout, settings, { doorKey, overrides });
    this.#say(`Starting etcd at ${sitesText(sites)}.`);
    for (const ports of settings.sites) this.#processes.etcd(ports, { state: 'new' }).start();
    await Promise.all(settings.sites.map((ports) => this.#memberServes(ports)));
    await this.#cluster().provision();
    this.#say('Key ceremony: every HSM trusts every other one; the first key is made at site a.');
    const officer = settings.hsm === 'softhsm' ? officerPin : undefined;
    const { vaultId, waiting } = await holdCeremony(layout, sites, (site) => officer?.(layout, site));
    await writeDoorConfigs(layout, settings, { vaultId, overrides });
    this.#say('Starting the vault nodes, and handing them the key, token to token.');
    for (const ports of settings.sites) this.#processes.vault(ports).start();
    await handOver(layout, sites[0]!, [...waiting.values()], this.#options.signal);
    await Promise.all(settings.sites.map((ports) => this.#vaultServes(ports)));
    await this.#save({ ...settings, made: 'yes' });
  }

  async #makeTokens(): Promise<void> {
    await makeTokens(this.layout, this.sites);
    Object.assign(process.env, softhsmEnvironment(this.layout));
  }

  async #replace(lost: readonly string[]): Promise<void> {
    if (lost.length === 0) return;
    const cluster = this.#cluster();
    this.#say(`${sitesText(lost)}: the etcd member lost its data. It leaves the cluster.`);
    await cluster.removeLost(lost);
    for (const site of lost) {
      const peers = await cluster.addEmpty(site);
      this.#say(`site ${site}: an empty member takes its place, and gets the records from the others.`);
      const ports = this.#ports(site);
      this.#processes.etcd(ports, { peers }).start();
      await this.#memberServes(ports);
    }
  }

  // What was begun and never served holds nothing worth keeping.
  async #clear(): Promise<void> {
    await Promise.all(this.#processes.all.map((one) => one.kill()));
    const { memory } = this.#settings;
    if (memory !== '') await rm(memory, { recursive: true, force: true });
    // The lock belongs to whoever called.
    for (const name of await readdir(this.layout.folder))
      if (name !== 'lock') await rm(this.layout.at(name), { recursive: true, force: true });
  }

  async #save(settings: FleetSettings): Promise<void> {
    await writeSettings(this.layout, settings);
    this.#settings = settings;
  }

  #memberServes(ports: SitePorts): Promise<unknown> {
    const cluster = this.#cluster();
    return this.#processes.etcd(ports).until(async () => {
      const role = await cluster.role(ports);
      return role === 'down' || role === 'alone' ? undefined : role;
    }, startWithin);
  }

  #vaultServes(ports: SitePorts): Promise<unknown> {
    const vault = this.#processes.vault(ports);
    return vault.until(() => isReady(this.adminUrl(ports.site)), startWithin);
  }

  #doorServes({ door, adminUrl }: LocalDoor): Promise<unknown> {
    return this.doorProcess(door).until(() => isReady(adminUrl), startWithin);
  }

  get #processes(): Processes {
    return new Processes(this.layout, this.#settings, this.#options);
  }

  #cluster(): Cluster {
    return new Cluster(this.layout, this.#settings);
  }

  #ports(site: string): SitePorts {
    const ports = this.#settings.sites.find((one) => one.site === site);
    if (ports !== undefined) return ports;
    const why = `There is no site "${site}" in this fleet. Its sites: ${this.sites.join(', ')}.`;
    throw new StrongroomError('wrong-usage', { why });
  }

  #allLost(lost: number): StrongroomError<'wrong-usage'> {
    const of = this.sites.length;
    const why = `${lost} of ${of} etcd members lost their data, so that no majority has the records. They are lost: begin anew with another --data, and turn backups on again.`;
    return new StrongroomError('wrong-usage', { why });
  }

  #say(line: string): void {
    this.#options.say?.(line);
  }
}

function sitesText(sites: readonly string[]): string {
  return sites.length === 1 ? `site ${sites[0]}` : `sites ${sites.join(', ')}`;
}
