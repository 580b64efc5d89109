import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FleetStatus } from '@strongroom/cli/testing';
import { strongroomCommand } from '../../tools/command.ts';
import { signIn, strongroom, type Answer } from '../../tools/run-strongroom.ts';
import { device, type Device } from './input-command.ts';

/** A fleet that `strongroom fleet up` runs, and devices of its people. */
export class FleetWorld {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'fleet-world-'));
  readonly #up: ChildProcess;
  #doors: readonly { readonly url: string }[] = [];
  #directory = '';

  private constructor() {
    const args = [...strongroomCommand(), 'fleet', 'up', '--json', '--data', this.data];
    this.#up = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** @throws Error with what it said when it does not start */
  static async start(): Promise<FleetWorld> {
    const world = new FleetWorld();
    // Everything that follows is read, too, so that it can go on writing.
    const lines = createInterface({ input: world.#up.stdout! });
    const [line] = (await once(lines, 'line')) as [string];
    const said = JSON.parse(line) as Partial<{ doors: readonly { url: string }[]; directory: string }>;
    if (said.doors === undefined) throw new Error(line);
    world.#doors = said.doors;
    world.#directory = said.directory!;
    return world;
  }

  get data(): string {
    return join(this.folder, 'fleet');
  }

  /** Runs a command of the fleet's operator. */
  async fleet(...args: readonly string[]): Promise<unknown> {
    const { code, stdout, stderr } = await strongroom(['fleet', ...args, '--json', '--data', this.data]);
    if (code !== 0) throw new Error(`fleet ${args.join(' ')}: ${code} ${stdout} ${stderr}`);
    return JSON.parse(stdout);
  }

  async status(): Promise<FleetStatus> {
    return (await this.fleet('status')) as FleetStatus;
  }

  /** A device that signs in at a front door. */
  async signIn(name: string, phone: string, door: number): Promise<Device> {
    const { url } = this.#doors[door]!;
    const profile = join(this.folder, name);
    const answer: Answer = await signIn({ url, directory: this.#directory, data: this.data }, profile, phone);
    if (answer.code !== 0) throw new Error(`sign-in: ${answer.stdout} ${answer.stderr}`);
    return device(profile);
  }

  /** A folder with a message to back up. */
  messages(): string {
    const path = join(this.folder, 'messages');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'hello.txt'), 'hello');
    return path;
  }

  /** Stops it as Ctrl-C does: its exit code. */
  async stop(): Promise<number | null> {
    this.#up.kill('SIGINT');
    if (this.#up.exitCode === null) await once(this.#up, 'exit');
    return this.#up.exitCode;
  }

  async remove(): Promise<void> {
    if (this.#up.exitCode === null) await this.stop();
    await this.fleet('down', '--erase').catch(() => undefined);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
