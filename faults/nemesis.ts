import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet/fleet.ts';
import { steadyNow, type Recorder } from './history/recorder.ts';
import type { Episode, Fault } from './schedule/nemesis-plan.ts';

// A power cut lasts so long at least, milliseconds: until everything is surely down.
const dark = 300;
// After faults were healed, nodes have so long to serve again before the next ones; milliseconds.
const recoveryTime = 15_000;
const recoveryLook = 100;

/** Brings faults over a fleet, and heals them. */
export class Nemesis {
  readonly #fleet: Fleet;
  readonly #recorder: Recorder;
  /** How often which fault was brought about. */
  readonly counts: Map<Fault['fault'], number> = new Map();

  constructor(fleet: Fleet, recorder: Recorder) {
    this.#fleet = fleet;
    this.#recorder = recorder;
  }

  /** Goes from one episode to the next until it is told to stop; everything is well again then. */
  async run(episodes: Iterator<Episode>, stopped: AbortSignal): Promise<void> {
    for (let next = episodes.next(); !stopped.aborted && !next.done; next = episodes.next()) {
      const { after, lasts, faults } = next.value;
      await pause(after, stopped);
      if (stopped.aborted) break;
      for (const fault of faults) await this.#strike(fault);
      await pause(lasts, stopped);
      await this.heal();
      await this.#recovery(stopped);
    }
    await this.heal();
  }

  /** Makes everything well again, as far as starting and joining can. */
  async heal(): Promise<void> {
    const { network, etcd, vaults, vaultId } = this.#fleet;
    await network.heal();
    const revived: string[] = [];
    for (const member of etcd.sites.values()) {
      member.resume();
      await member.freeDisk();
      if (member.isRunning) continue;
      member.start();
      revived.push(`etcd ${member.site}`);
    }
    for (const vault of vaults.values()) {
      vault.resume();
      vault.tell({ clockAhead: 0, trouble: {} });
      if (vault.isRunning) continue;
      vault.start(vaultId);
      revived.push(`node ${vault.site}`);
    }
    this.#recorder.record({ e: 'revived', at: steadyNow(), what: revived });
  }

  // Where nothing works yet that was healed, the next fault would show nothing new.
  async #recovery(stopped: AbortSignal): Promise<void> {
    const until = steadyNow() + recoveryTime;
    const vaults = [...this.#fleet.vaults.values()];
    const isDone = (): boolean => vaults.filter(({ isServing }) => isServing).length > vaults.length / 2;
    while (!stopped.aborted && steadyNow() < until && !isDone()) await pause(recoveryLook, stopped);
  }

  async #strike(fault: Fault): Promise<void> {
    const told = { e: 'struck', at: steadyNow(), fault: fault.fault, what: JSON.stringify(fault) } as const;
    try {
      await this.#bring(fault);
      this.counts.set(fault.fault, (this.counts.get(fault.fault) ?? 0) + 1);
      this.#recorder.record(told);
    } catch (error) {
      this.#recorder.record({ ...told, failed: String(error) });
    }
  }

  async #bring(fault: Fault): Promise<void> {
    const { network, etcd } = this.#fleet;
    switch (fault.fault) {
      case 'kill-node':
        return this.#each(fault.sites, (site) => this.#fleet.vault(site).kill());
      case 'pause-node':
        return this.#each(fault.sites, (site) => this.#fleet.vault(site).pause());
      case 'kill-member':
        return this.#each(fault.sites, (site) => etcd.site(site).kill());
      case 'pause-member':
        return this.#each(fault.sites, (site) => etcd.site(site).pause());
      case 'kill-leader':
        return etcd.site((await etcd.leader()) ?? '')?.kill();
      case 'lose-disk':
        return this.#loseDisk(fault.sites[0]!);
      case 'fill-disk':
        return this.#each(fault.sites, (site) => etcd.site(site).fillDisk());
      case 'isolate':
        return this.#each(fault.sites, (site) => network.isolate(site));
      case 'cut':
        return network.cut(fault.from, fault.to, fault.direction);
      case 'cut-from-front-doors':
        return this.#each(fault.sites, (site) => network.cut(site, 'hub'));
      case 'split':
        return this.#split(fault.sites);
      case 'store':
        return this.#each(fault.sites, (site) => this.#fleet.vault(site).tell({ trouble: fault.trouble }));
      case 'clock':
        return this.#each(fault.sites, (site) => this.#fleet.vault(site).tell({ clockAhead: fault.ahead }));
      case 'power-cut':
        break;
    }
    return this.#powerCut();
  }

  async #each(sites: readonly string[], act: (site: string) => Promise<void> | void): Promise<void> {
    await Promise.all(sites.map(async (site) => act(site)));
  }

  async #split(side: readonly string[]): Promise<void> {
    const others = [...this.#fleet.vaults.keys()].filter((site) => !side.includes(site));
    for (const site of side) for (const other of others) await this.#fleet.network.cut(site, other);
  }

  // What an operator does first is to see that the others are well.
  async #loseDisk(site: string): Promise<void> {
    const { etcd } = this.#fleet;
    for (const name of etcd.sites.keys()) await etcd.serves(name);
    await etcd.replaceEmpty(site);
    await etcd.serves(site);
  }

  // Every process everywhere, in the same moment; what was written is on the disks.
  async #powerCut(): Promise<void> {
    const { etcd, vaults } = this.#fleet;
    await Promise.all([...vaults.values(), ...etcd.sites.values()].map((one) => one.kill()));
    await sleep(dark);
  }
}

async function pause(milliseconds: number, stopped: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal: stopped }).catch(() => undefined);
}
