import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EtcdCluster, SoftHsm } from '@strongroom/vault/testing';
import { strongroomCommand } from '../../tools/command.ts';
import { strongroom, type Answer } from '../../tools/run-strongroom.ts';

const anyPort = { host: '127.0.0.1', port: 0 };
const both = ['--officer', 'Ada Example', '--officer', 'Ben Example'];

/** Two sites with a token of SoftHSM each, over one etcd, and their operators' commands. */
export class CeremonyWorld {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'ceremony-world-'));
  readonly #softhsm = new SoftHsm();
  readonly #running: ChildProcess[] = [];
  readonly #cluster: EtcdCluster;
  /** What must be in no record: PINs and passwords. */
  readonly secrets: string[] = [];

  private constructor(cluster: EtcdCluster) {
    this.#cluster = cluster;
  }

  static async open(): Promise<CeremonyWorld> {
    const world = new CeremonyWorld(await EtcdCluster.start());
    await world.#writeStore();
    for (const site of ['a', 'b']) world.#writeNode(site, await world.doorKey());
    return world;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Runs a command at a site, as its operator. */
  at(site: string, command: string, ...args: readonly string[]): Promise<Answer> {
    return strongroom(['fleet', command, '--config', this.path(`${site}.json`), '--json', ...args]);
  }

  /** The same with two officers present, and the token's own officer where that is needed. */
  ceremony(site: string, command: string, ...args: readonly string[]): Promise<Answer> {
    const pin = command === 'trust' || command === 'add-node';
    const officer = pin ? ['--officer-pin-file', this.path(`${site}.officer`)] : [];
    return this.at(site, command, ...args, ...both, ...officer);
  }

  async doorKey(): Promise<string> {
    const { stdout } = await strongroom([
      'fleet',
      'door-key',
      '--file',
      this.path('front-door.key'),
      '--json',
    ]);
    return (JSON.parse(stdout) as { publicKey: string }).publicKey;
  }

  /** Starts a site's vault node. */
  run(site: string): void {
    const args = [...strongroomCommand(), 'vault', '--json', '--config', this.path(`${site}.json`)];
    this.#running.push(spawn(process.execPath, args, { stdio: 'ignore' }));
  }

  async close(): Promise<void> {
    for (const child of this.#running) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await this.#cluster.stop();
    this.#softhsm.remove();
    rmSync(this.folder, { recursive: true });
  }

  async #writeStore(): Promise<void> {
    const { tls, user } = this.#cluster.storeOptions();
    this.#write('etcd-ca.pem', tls!.authority);
    this.#write('etcd.pem', tls!.certificate);
    this.#write('etcd.key', tls!.key.reveal());
    this.#write('etcd.password', user!.password.reveal());
    this.secrets.push(user!.password.reveal());
  }

  #writeNode(site: string, doorKey: string): void {
    const { options, officer } = this.#softhsm.makeToken(`strongroom ${site}`);
    this.#write(`${site}.officer`, officer.reveal());
    this.secrets.push(officer.reveal(), readFileSync(options.pinFile, 'utf8').trim());
    const { endpoints, user, prefix } = this.#cluster.storeOptions();
    const store = { kind: 'etcd', endpoints, user: user!.name, prefix: `${prefix.split('/')[0]}/test/` };
    const files = {
      authority: 'etcd-ca.pem',
      certificate: 'etcd.pem',
      key: 'etcd.key',
      passwordFile: 'etcd.password',
    };
    const config = {
      site,
      listen: anyPort,
      admin: anyPort,
      store: { ...store, ...files },
      hsm: { kind: 'pkcs11', module: options.module, token: `strongroom ${site}`, pinFile: options.pinFile },
      frontDoors: { acme: [doorKey] },
    };
    this.#write(`${site}.json`, JSON.stringify(config));
  }

  #write(name: string, content: string): void {
    writeFileSync(this.path(name), content, { mode: 0o600 });
  }
}
