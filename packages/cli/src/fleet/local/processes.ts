import { join } from 'node:path';
import { memberArguments } from '@strongroom/vault/etcd';
import type { Layout } from './layout.ts';
import { LocalProcess } from './local-process.ts';
import { memberFolder, memberOf } from './members.ts';
import type { LocalFleetOptions } from './options.ts';
import { etcdProgram, thisCommand, type CommandLine } from './programs.ts';
import type { FleetSettings, SitePorts } from './settings.ts';
import { softhsmEnvironment } from './softhsm.ts';

// Passwords of 128 random bits gain nothing by slow hashes, of which each vault node would ask for one at each member.
const cheapPasswords = ['--bcrypt-cost=4'];

/** How a member joins: with a cluster that is new, or one that exists, whose members are these. */
export interface Joining {
  readonly state?: 'new' | 'existing';
  readonly peers?: readonly SitePorts[];
}

/** What runs, or may be started, of a fleet. */
export class Processes {
  readonly #layout: Layout;
  readonly #settings: FleetSettings;
  readonly #options: LocalFleetOptions;

  constructor(layout: Layout, settings: FleetSettings, options: LocalFleetOptions) {
    this.#layout = layout;
    this.#settings = settings;
    this.#options = options;
  }

  /** Every one. */
  get all(): readonly LocalProcess[] {
    const { sites, doors } = this.#settings;
    return [
      ...sites.flatMap((ports) => [this.vault(ports), this.etcd(ports)]),
      ...doors.map(({ door }) => this.door(door)),
    ];
  }

  /** A site's etcd member. */
  etcd(ports: SitePorts, { state = 'existing', peers = this.#settings.sites }: Joining = {}): LocalProcess {
    const { site } = ports;
    const folder = memberFolder(this.#layout, this.#settings, site);
    return new LocalProcess({
      name: `etcd at site ${site}`,
      command: () => {
        const member = memberArguments(memberOf(this.#layout, this.#settings, { ports, state, peers }));
        return [etcdProgram(), ...member, ...cheapPasswords, ...(this.#options.etcdArguments ?? [])];
      },
      environment: () => ({ PATH: process.env['PATH'] }),
      mark: `--data-dir=${folder}`,
      ...this.#files(this.#layout.site(site), 'etcd'),
    });
  }

  /** A site's vault node. */
  vault({ site }: SitePorts): LocalProcess {
    const config = this.#layout.vaultConfig(site);
    return new LocalProcess({
      name: `the vault node of site ${site}`,
      command: () => this.#strongroom('vault', config),
      environment: () => ({
        ...process.env,
        ...(this.#settings.hsm === 'softhsm' && softhsmEnvironment(this.#layout)),
      }),
      mark: config,
      ...this.#files(this.#layout.site(site), 'vault'),
    });
  }

  /** A front door. */
  door(door: string): LocalProcess {
    const config = this.#layout.doorConfig(door);
    return new LocalProcess({
      name: `front door ${door}`,
      command: () => this.#strongroom('chatd', config),
      mark: config,
      ...this.#files(this.#layout.door(door), 'chatd'),
    });
  }

  #files(folder: string, name: string): { pidFile: string; log: string; signal: AbortSignal | undefined } {
    return {
      pidFile: join(folder, `${name}.pid`),
      log: join(folder, 'logs', `${name}.log`),
      signal: this.#options.signal,
    };
  }

  #strongroom(name: 'vault' | 'chatd', config: string): CommandLine {
    const [program, ...args] = this.#options.command ?? thisCommand();
    return [program, ...args, name, '--json', '--config', config];
  }
}
