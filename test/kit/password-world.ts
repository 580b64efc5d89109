import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPolicyFile, startAllInOne } from '@strongroom/cli/testing';
import { freePort } from '@strongroom/vault/testing';
import { differences, fingerprint } from '../../demo/compare.ts';
import { startServer, type Server } from '../../tools/run-strongroom.ts';
import { PasswordDevice } from './password-device.ts';
import { enableQuietly, signInQuietly } from './profile.ts';

/** The vault's rules for a test, as `--policy` takes them: times in seconds. */
export interface TestPolicy {
  readonly guessLimit?: number;
  readonly waits?: readonly number[];
  readonly replacementDelay?: number;
}

/** What a world needs of its server. */
type RunningServer = Pick<Server, 'url' | 'directory' | 'data' | 'stop' | 'kill'>;

/** A server and the devices of one account, all in one folder. */
export class PasswordWorld {
  readonly root: string;
  readonly port: number;
  /** The URL of the cloud that its devices use. */
  readonly cloud: string;
  #server: RunningServer | undefined;

  private constructor(root: string, port: number, cloud: string) {
    this.root = root;
    this.port = port;
    this.cloud = cloud;
  }

  /** Makes a world and starts its server. Backups go into the server's own cloud, or a folder beside it. */
  static async start(policy: TestPolicy, cloud: 'builtin' | 'folder' = 'builtin'): Promise<PasswordWorld> {
    const world = await PasswordWorld.make(policy, cloud);
    await world.startServer();
    return world;
  }

  /** The same, without starting the server. */
  static async make(policy: TestPolicy, cloud: 'builtin' | 'folder' = 'builtin'): Promise<PasswordWorld> {
    const root = await mkdtemp(join(tmpdir(), 'strongroom-password-'));
    await writeFile(join(root, 'policy.json'), JSON.stringify(policy));
    return new PasswordWorld(
      root,
      await freePort(),
      cloud === 'builtin' ? 'builtin:' : `folder:${join(root, 'cloud')}`,
    );
  }

  /**
   * The same world once more, as it is on the disk, for another course of events: with a port of its own, and perhaps
   * stricter rules: the vault keeps to the strictest that an account ever had.
   */
  async copy(policy?: TestPolicy): Promise<PasswordWorld> {
    const root = await mkdtemp(join(tmpdir(), 'strongroom-password-'));
    await cp(this.root, root, { recursive: true });
    if (policy !== undefined) await writeFile(join(root, 'policy.json'), JSON.stringify(policy));
    const copy = new PasswordWorld(root, await freePort(), this.cloud);
    for await (const path of glob(join(root, '*', 'device.json'))) {
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(`127.0.0.1:${this.port}`, `127.0.0.1:${copy.port}`));
    }
    return copy;
  }

  /** Starts the server, or a program that behaves like it, on the world's port. */
  async startServer({ program, args = [] }: { program?: string; args?: string[] } = {}): Promise<Server> {
    const server = await startServer({
      data: this.path('server'),
      log: this.path('server.log'),
      port: this.port,
      args: ['--policy', this.path('policy.json'), ...args],
      ...(program !== undefined && { program }),
    });
    this.#server = server;
    return server;
  }

  /** Starts the server in this process: for what is done before and after what is tested. */
  async serveHere(): Promise<void> {
    const server = await startAllInOne({
      data: this.path('server'),
      host: '127.0.0.1',
      port: this.port,
      policy: readPolicyFile(this.path('policy.json')),
      log: { info: () => {}, error: () => {} },
      print: () => {},
    });
    const directory = `sha256:${server.directorySha256}`;
    let closed: Promise<void> | undefined;
    const stop = (): Promise<void> => (closed ??= server.close());
    this.#server = { url: server.url, directory, data: this.path('server'), stop, kill: stop };
  }

  get server(): RunningServer {
    if (this.#server === undefined) throw new Error('the server of this world is not started');
    return this.#server;
  }

  /** A device of the account; it has nothing yet. */
  device(name: string): PasswordDevice {
    return new PasswordDevice(name, this.path(name), this.cloud);
  }

  /** A device that is signed in. */
  async signedIn(name: string): Promise<PasswordDevice> {
    await signInQuietly(this.server, this.path(name));
    return this.device(name);
  }

  /** A device that has turned backups on with a password, and has backed up the folder `chats` of this world. */
  async backedUp(name: string, password: string): Promise<PasswordDevice> {
    const device = await this.signedIn(name);
    await enableQuietly(device.profile, this.cloud, password);
    await device.must(['backup', await writeChats(this.path('chats'), 'the first day')]);
    return device;
  }

  /** A new device that is signed in, made by copying one that nobody has used. */
  async fresh(unused: PasswordDevice, name: string): Promise<PasswordDevice> {
    await cp(unused.profile, this.path(name), { recursive: true });
    return this.device(name);
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  /** Stops the server and removes everything. */
  async end(): Promise<void> {
    await this.#server?.kill();
    await rm(this.root, { recursive: true, force: true });
  }
}

/** Waits until a time of the server's clock, which is this machine's. */
export async function untilTime(time: number): Promise<void> {
  while (Date.now() <= time) await sleep(time - Date.now() + 1);
}

/** At what paths two folders differ. */
export async function differing(a: string, b: string): Promise<string[]> {
  return differences(await fingerprint(a), await fingerprint(b));
}

/** Writes a small folder of chats, different for every edition. */
export async function writeChats(folder: string, edition: string): Promise<string> {
  await mkdir(join(folder, 'Media'), { recursive: true });
  await writeFile(join(folder, 'messages.txt'), `What was said: ${edition}.\n`.repeat(2000));
  await writeFile(join(folder, 'Media', 'photo.jpg'), Buffer.alloc(70_000, edition));
  await writeFile(join(folder, 'Media', `only in ${edition}.txt`), '');
  return folder;
}
