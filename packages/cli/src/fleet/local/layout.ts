import { join } from 'node:path';

/** The names of sites, in the order in which they are made. */
export const siteNames: readonly string[] = 'abcdefghi'.split('');

/** The front doors of a fleet on one machine. */
export const doorNames: readonly string[] = ['1', '2'];

/** Where everything of a fleet lies in its folder. */
export class Layout {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** What the fleet is made of; the mark of such a folder. */
  get settings(): string {
    return this.at('fleet.json');
  }

  /** Certificates and their keys. */
  get tls(): string {
    return this.at('tls');
  }

  /** The list of vaults, as devices get it, and the key that signs it. */
  get directory(): string {
    return this.at('directory.bin');
  }

  get directoryKey(): string {
    return this.at('directory.key');
  }

  /** The key that signs account tokens; both front doors have it. */
  get doorKey(): string {
    return this.at('front-door.key');
  }

  get database(): string {
    return this.at('front-door.db');
  }

  get cloud(): string {
    return this.at('cloud');
  }

  /** Sign-in codes, one a line. */
  get outbox(): string {
    return this.at('outbox.log');
  }

  /** Tokens of SoftHSM and its configuration. */
  get softhsm(): string {
    return this.at('softhsm');
  }

  /** The password of etcd's user of this name. */
  password(user: 'root' | 'vault'): string {
    return this.at(`etcd-${user}.password`);
  }

  /** A site's folder: what its configuration names by relative paths. */
  site(site: string): string {
    return this.at('sites', site);
  }

  vaultConfig(site: string): string {
    return join(this.site(site), 'vault.json');
  }

  /** A member's database on disk; in memory it lies elsewhere. */
  memberOnDisk(site: string): string {
    return join(this.site(site), 'etcd');
  }

  /** A front door's folder. */
  door(door: string): string {
    return this.at('doors', door);
  }

  doorConfig(door: string): string {
    return join(this.door(door), 'chatd.json');
  }

  at(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }
}
