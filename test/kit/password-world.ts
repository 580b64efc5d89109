import { randomInt } from 'node:crypto';
import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences, fingerprint } from '../../demo/compare.ts';
import { startServer, type Server } from '../../tools/run-strongroom.ts';
import { PasswordDevice, succeeded } from './password-device.ts';

/** The vault's rules for a test, as `--policy` takes them: times in seconds. */
export interface TestPolicy {
  readonly guessLimit?: number;
  readonly waits?: readonly number[];
  readonly replacementDelay?: number;
}

/** A server and the devices of one account, all in one folder. */
export class PasswordWorld {
  readonly root: string;
  readonly port: number;
  /** The URL of the cloud that its devices use. */
  readonly cloud: string;
  #server: Server | undefined;

  private constructor(root: string, port: number, cloud: string) {
    this.root = root;
    this.port = port;
    this.cloud = cloud;
  }

  /** Makes a world and starts its server. Backups go into the server's own cloud, or a folder beside it. */
  static async start(policy: TestPolicy, cloud: 'builtin' | 'folder' = 'builtin'): Promise<PasswordWorld> {
    const root = await mkdtemp(join(tmpdir(), 'strongroom-password-'));
    await writeFile(join(root, 'policy.json'), JSON.stringify(policy));
    const world = new PasswordWorld(
      root,
      await quietPort(),
      cloud === 'builtin' ? 'builtin:' : `folder:${join(root, 'cloud')}`,
    );
    await world.startServer();
    return world;
  }

  /** The same world once more, as it is on the disk, for another course of events: with a port of its own. */
  async copy(): Promise<PasswordWorld> {
    const root = await mkdtemp(join(tmpdir(), 'strongroom-password-'));
    await cp(this.root, root, { recursive: true });
    const copy = new PasswordWorld(root, await quietPort(), this.cloud);
    for await (const path of glob(join(root, '*', 'device.json'))) {
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(`127.0.0.1:${this.port}`, `127.0.0.1:${copy.port}`));
    }
    return copy;
  }

  /** Starts the server, or a program that behaves like it, on the world's port. */
  async startServer({ program, args = [] }: { program?: string; args?: string[] } = {}): Promise<Server> {
    this.#server = await startServer({
      data: this.path('server'),
      log: this.path('server.log'),
      port: this.port,
      args: ['--policy', this.path('policy.json'), ...args],
      ...(program !== undefined && { program }),
    });
    return this.#server;
  }

  get server(): Server {
    if (this.#server === undefined) throw new Error('the server of this world is not started');
    return this.#server;
  }

  /** A device of the account; it has nothing yet. */
  device(name: string): PasswordDevice {
    return new PasswordDevice(name, this.path(name), this.cloud, () => this.server);
  }

  /** A device that is signed in. */
  async signedIn(name: string): Promise<PasswordDevice> {
    const device = this.device(name);
    await device.signIn();
    return device;
  }

  /** A device that has turned backups on with a password, and has backed up the folder `chats` of this world. */
  async backedUp(name: string, password: string): Promise<PasswordDevice> {
    const device = await this.signedIn(name);
    succeeded(await device.enable(password));
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

// Below the range from which systems hand out ports, so that nobody takes it while a server is down.
async function quietPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
