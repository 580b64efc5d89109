import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBinary } from '@bufbuild/protobuf';
import { fromHex, toHex } from '@strongroom/core';
import type { CertificateFiles } from '@strongroom/vault/etcd';
import { until } from '@strongroom/vault/testing';
import { DirectoryVaultSchema, type DirectoryVault } from '@strongroom/wire/vault';
import type { FromNode, NodeSettings, ToNode } from '../nodes/messages.ts';
import { addressOf, ports } from './address.ts';
import type { EtcdFleet } from './etcd-fleet.ts';
import { SiteProcess } from './site-process.ts';

/** What a vault node is made of. */
export interface VaultSiteOptions {
  readonly site: string;
  readonly sites: readonly string[];
  readonly folder: string;
  readonly inside: readonly string[];
  readonly etcd: EtcdFleet;
  readonly tls: CertificateFiles & { readonly authority: string };
  /** The front doors' key, in hexadecimal digits. */
  readonly frontDoor: string;
  readonly policy: object;
  readonly bug: string | undefined;
}

const program = fileURLToPath(new URL('../nodes/node-process.ts', import.meta.url));

/** A vault node at a site, as a process of its own. */
export class VaultSite {
  readonly site: string;
  /** Where the node records what it does. */
  readonly history: string;
  readonly #options: VaultSiteOptions;
  #process: SiteProcess | undefined;
  #vault: DirectoryVault | undefined;

  constructor(options: VaultSiteOptions) {
    const { site, folder } = options;
    this.site = site;
    this.history = join(folder, `node-${site}.jsonl`);
    this.#options = options;
    writeFileSync(this.history, '');
  }

  get url(): string {
    return `https://${addressOf(this.site)}:${ports.vault}`;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && !this.#process.hasEnded;
  }

  /** Whether it has said that it serves, since it was started last. */
  get isServing(): boolean {
    return this.isRunning && this.#vault !== undefined;
  }

  get output(): string {
    return this.#process?.output ?? '';
  }

  /** Starts it; it serves as soon as its store does. @param vaultId of a vault that is there already, 16 bytes */
  start(vaultId?: Uint8Array): void {
    const { folder, inside } = this.#options;
    const path = join(folder, `node-${this.site}.json`);
    writeFileSync(path, JSON.stringify(this.#settings(path, vaultId)));
    this.#vault = undefined;
    this.#process = new SiteProcess({
      command: [...inside, process.execPath, '--conditions=source', program, path],
      env: { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(folder, 'compiled') },
      onMessage: (message) => {
        const { ready } = message as FromNode;
        this.#vault = fromBinary(DirectoryVaultSchema, fromHex(ready));
      },
    });
  }

  /** Waits until it serves. @returns what a directory says of the vault */
  serves(): Promise<DirectoryVault> {
    return until(`the vault node at ${this.site}`, async () => {
      if (!this.isRunning) throw new Error(`the node at ${this.site} does not run: ${this.output}`);
      return this.#vault;
    });
  }

  tell(message: ToNode): void {
    this.#process?.send(message);
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  pause(): void {
    this.#process?.pause();
  }

  resume(): void {
    this.#process?.resume();
  }

  #settings(configPath: string, vaultId: Uint8Array | undefined): NodeSettings {
    const { site, folder, bug } = this.#options;
    return {
      site,
      configPath,
      config: this.#config(),
      hsmFolder: join(folder, 'hsm'),
      history: this.history,
      ...(bug !== undefined && vaultId !== undefined && { bug, vaultId: toHex(vaultId) }),
    };
  }

  // What `strongroom vault` would read from its file.
  #config(): object {
    const { site, sites, folder, etcd, tls, frontDoor, policy } = this.#options;
    const { authority, certificate, key, user, prefix } = etcd.client;
    const near = [site, ...sites.filter((other) => other !== site)];
    const host = addressOf(site);
    const passwordFile = join(folder, 'etcd.password');
    return {
      site,
      listen: { host, port: ports.vault },
      admin: { host, port: ports.admin },
      tls: { certificate: tls.certificate, key: tls.key, clientAuthority: tls.authority },
      store: {
        kind: 'etcd',
        endpoints: near.map((other) => etcd.site(other).url),
        authority,
        certificate,
        key,
        user,
        passwordFile,
        prefix,
      },
      hsm: { kind: 'software', folder: join(folder, 'hsm') },
      frontDoors: { acme: [frontDoor] },
      policy,
    };
  }
}
