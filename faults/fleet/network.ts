import { addressOf, hubAddress } from './address.ts';
import { run } from './run.ts';

/** Of which side of a link packets are lost: those that the first sends to the second, or both. */
export type Direction = 'both' | 'one way';

/** A folder in memory that nobody outside this process's mounts sees, and that is gone with them. */
export const privateFolder = '/run';

/**
 * A network of sites, each in a network namespace of its own, with a link to one switch. The process must be in a
 * network and a mount namespace of its own, in which it may do everything: `enterNamespaces`.
 */
export class SiteNetwork {
  readonly #sites: readonly string[];
  readonly #blackholes: { readonly site: string; readonly address: string }[] = [];

  private constructor(sites: readonly string[]) {
    this.#sites = sites;
  }

  static async start(sites: readonly string[]): Promise<SiteNetwork> {
    // `ip` keeps namespaces in files below /run, which is somebody else's.
    await run('mount', '-t', 'tmpfs', 'tmpfs', privateFolder);
    await run('ip', 'link', 'set', 'lo', 'up');
    await run('ip', 'link', 'add', 'switch', 'type', 'bridge');
    await run('ip', 'address', 'add', `${hubAddress}/24`, 'dev', 'switch');
    await run('ip', 'link', 'set', 'switch', 'up');
    const network = new SiteNetwork(sites);
    for (const site of sites) await network.#addSite(site);
    return network;
  }

  /** What a command must begin with to run at a site. */
  inside(site: string): readonly string[] {
    return ['ip', 'netns', 'exec', site];
  }

  /** Takes a site off the switch: nothing comes in or goes out, and nobody is told. */
  async isolate(site: string): Promise<void> {
    await run('ip', 'link', 'set', linkOf(site), 'down');
  }

  /** Loses what one site sends to another (or to the `hub`), or what either sends to the other. */
  async cut(from: string, to: string, direction: Direction = 'both'): Promise<void> {
    await this.#blackhole(from, to === 'hub' ? hubAddress : addressOf(to));
    if (direction === 'both' && to !== 'hub') await this.#blackhole(to, addressOf(from));
  }

  /** Joins everything. */
  async heal(): Promise<void> {
    for (const { site, address } of this.#blackholes.splice(0))
      await run('ip', '-n', site, 'route', 'del', 'blackhole', `${address}/32`);
    for (const site of this.#sites) await run('ip', 'link', 'set', linkOf(site), 'up');
  }

  async #blackhole(site: string, address: string): Promise<void> {
    if (this.#blackholes.some((known) => known.site === site && known.address === address)) return;
    this.#blackholes.push({ site, address });
    await run('ip', '-n', site, 'route', 'add', 'blackhole', `${address}/32`);
  }

  async #addSite(site: string): Promise<void> {
    await run('ip', 'netns', 'add', site);
    await run('ip', 'link', 'add', linkOf(site), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', site);
    await run('ip', 'link', 'set', linkOf(site), 'master', 'switch', 'up');
    await run('ip', '-n', site, 'address', 'add', `${addressOf(site)}/24`, 'dev', 'eth0');
    await run('ip', '-n', site, 'link', 'set', 'eth0', 'up');
    await run('ip', '-n', site, 'link', 'set', 'lo', 'up');
  }
}

function linkOf(site: string): string {
  return `link-${site}`;
}
