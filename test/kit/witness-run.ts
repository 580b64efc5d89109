import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderSource, folderTarget, nodeEngine } from '@strongroom/archive/node';
import {
  backup,
  changePassword,
  checkPassword,
  disable,
  enable,
  restore,
  signIn,
  unlock,
  type ChosenPassword,
  type Device,
  type DeviceState,
  type Unlocking,
} from '@strongroom/client';
import { isStrongroomError, Secret } from '@strongroom/core';
import { liveADay, makeSample } from '../../demo/sample.ts';
import { nextCode, strongroom, type Answer, type RunOptions } from '../../tools/run-strongroom.ts';
import { Inside } from './witness-device.ts';
import { Evidence } from './witness-evidence.ts';
import { strongroomCommand } from '../../tools/command.ts';
import { startRecorded, type RecordedProcess } from './witness-process.ts';
import { openRecordingProxy, type RecordingProxy } from './witness-proxy.ts';
import { openVaultContents, type VaultContents } from './witness-vault.ts';

// Commands start twice as fast when Node may keep what it compiled.
process.env['NODE_COMPILE_CACHE'] ??= join(
  import.meta.dirname,
  '../../node_modules/.cache/strongroom-compile',
);

/** One person with a phone number and passwords. */
export interface Person {
  readonly phone: string;
  readonly passwords: { readonly first: string; readonly wrong: string; readonly second: string };
}

/** Somebody who types commands. Not all of the password is ASCII, so that preparing it changes it. */
export const typist: Person = {
  phone: '+491701234567',
  passwords: {
    first: 'Mu\u0308hle am Bach 42',
    wrong: 'Mu\u0308hle am Fluss 42',
    second: 'Neue Scheune & Hof 7',
  },
};

/** Somebody whose devices are watched from inside. */
export const insider: Person = {
  phone: '+351912345678',
  passwords: { first: 'correct horse 4711', wrong: 'correct house 4711', second: 'battery staple 0815' },
};

/** A whole life of two backups at one server, and all that its witnesses saw. */
export class WitnessedRun {
  readonly evidence: Evidence = new Evidence();
  readonly inside: Inside = new Inside();
  /** What the vault kept, opened with its own keys, at many moments. */
  readonly vaults: VaultContents[] = [];
  /** What devices remembered, at many moments. */
  readonly states: DeviceState[] = [];
  readonly chats: string;
  readonly #root: string;
  readonly #data: string;
  #server: RecordedProcess | undefined;
  #proxy: RecordingProxy | undefined;
  #directory = '';

  constructor(root: string) {
    this.#root = root;
    this.#data = join(root, 'data');
    this.chats = join(root, 'chats');
  }

  get exchanges(): RecordingProxy['exchanges'] {
    return this.#proxy!.exchanges;
  }

  async start(): Promise<void> {
    const up = ['up', '--data', this.#data, '--port', '0', '--json'];
    this.#server = startRecorded([...strongroomCommand(), ...up]);
    const { url, directory } = JSON.parse(await this.#server.firstLine()) as {
      url: string;
      directory: string;
    };
    this.#proxy = await openRecordingProxy(url, this.evidence);
    this.#directory = directory;
    await makeSample(this.chats, { messages: 1500, chats: 20, media: 12 });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    await this.#proxy?.close();
    await this.evidence.addFolder(this.#data);
    this.evidence.add('log', 'server', this.#server?.output() ?? '');
  }

  /** The whole story by commands, as a person types them. */
  async byCommands({ phone, passwords }: Person): Promise<void> {
    const [first, wrong, second] = await Promise.all(
      Object.entries(passwords).map(async ([name, password]) => {
        const file = join(this.#root, `secret-${name}`);
        await writeFile(file, password, { mode: 0o600 });
        return ['--password-file', file];
      }),
    );
    const into = (name: string): string[] => ['restore', join(this.#root, name), '--cloud', 'builtin:'];
    await this.#signInByCommand('old', phone);
    await this.command('old', ['enable', '--method', 'password,key', '--cloud', 'builtin:', ...first!]);
    await this.command('old', ['backup', this.chats]);
    await liveADay(this.chats, { messages: 30, media: 2 });
    await this.command('old', ['backup', this.chats, '--json']);
    await this.#signInByCommand('new', phone);
    await this.command('new', [...into('restored'), ...wrong!], { expect: 3 });
    // By standard input this time.
    const input = `${passwords.first}\n`;
    await this.command('new', [...into('restored'), '--password-file', '-'], { input });
    await this.command('new', ['check-password', ...wrong!, '--json'], { expect: 3 });
    await this.command('new', ['check-password', ...first!]);
    await this.command('old', ['change-password', ...second!]);
    await this.command('new', [...into('restored-again'), ...second!]);
    await this.command('old', ['disable', '--yes', '--keep-backups']);
  }

  /** The same story through the client's own functions. */
  async fromInside({ phone, passwords: { first, wrong, second } }: Person): Promise<void> {
    const on = async (name: string, run: (device: Device) => Promise<unknown>): Promise<void> => {
      await this.inside.on(this.#root, name, run);
      await this.#look(name);
    };
    const server = this.#proxy!.url;
    const cloud = 'builtin:';
    const askCode = async (): Promise<string> =>
      (await readFile(join(this.#data, 'outbox.log'), 'utf8')).trimEnd().slice(-6);
    const signInOn = (name: string): Promise<void> =>
      on(name, (device) => signIn(device, { server, phone, askCode }));
    await signInOn('inside-old');
    await on('inside-old', (device) =>
      enable(device, { cloud, password: twice(first), keepKey: async () => true }),
    );
    const source = await folderSource([this.chats]);
    await on('inside-old', (device) => backup(device, source, { engine: nodeEngine() }));
    await signInOn('inside-new');
    await on('inside-new', (device) =>
      refused(unlock(device, { cloud, engine: nodeEngine() }, unlockWith(wrong))),
    );
    await on('inside-new', async (device) => {
      const { archive } = await unlock(device, { cloud, engine: nodeEngine() }, unlockWith(first));
      await restore(device, archive, folderTarget(join(this.#root, 'inside-restored')), {});
    });
    await on('inside-new', (device) => checkPassword(device, new Secret(first)));
    await on('inside-old', (device) => changePassword(device, twice(second)));
    await on('inside-new', (device) => unlock(device, { cloud, engine: nodeEngine() }, unlockWith(second)));
    await on('inside-old', (device) => disable(device, { proof: { way: 'proven' }, deleteBackups: false }));
  }

  /** Runs a command on a device, and takes down what everybody could see of it. */
  async command(
    name: string,
    args: readonly string[],
    { input = '', expect = 0 }: { input?: NonNullable<RunOptions['input']>; expect?: number } = {},
  ): Promise<Answer> {
    const all = [...args, '--profile', join(this.#root, name)];
    const answer = await strongroom(all, { input });
    this.evidence.add('arguments', args[0]!, all.join('\0'));
    this.evidence.add('terminal', args[0]!, `${answer.stdout}\n${answer.stderr}`);
    if (answer.code !== expect) throw new Error(`${args[0]} ended with ${answer.code}: ${answer.stderr}`);
    await this.#look(name);
    return answer;
  }

  async #signInByCommand(name: string, phone: string): Promise<void> {
    const args = ['sign-in', '--server', this.#proxy!.url, '--phone', phone, '--directory', this.#directory];
    await this.command(name, args, { input: nextCode(join(this.#data, 'outbox.log')) });
  }

  async #look(name: string): Promise<void> {
    await this.evidence.addFolder(this.#data);
    this.vaults.push(await openVaultContents(join(this.#data, 'vault')));
    this.states.push(
      JSON.parse(await readFile(join(this.#root, name, 'device.json'), 'utf8')) as DeviceState,
    );
  }
}

async function refused(attempt: Promise<unknown>): Promise<void> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isStrongroomError(error, 'wrong-password')) throw new Error('it was not refused', { cause: error });
}

function twice(password: string): ChosenPassword {
  return { password: new Secret(password), again: new Secret(password) };
}

function unlockWith(password: string): Unlocking {
  return { way: 'password', password: new Secret(password) };
}
