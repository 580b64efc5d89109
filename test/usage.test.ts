import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { nextCode, startServer, strongroom, type Answer, type Server } from '../tools/run-strongroom.ts';
import { device, refusalOf, start } from './kit/input-command.ts';
import { writeSample, type Place } from './kit/input-tree.ts';
import { fromStdin, password, startWorld, withKey, type World } from './kit/input-world.ts';

let world: World;
let place: Place;

beforeAll(async () => {
  world = await startWorld();
  ({ place } = world);
});

afterAll(() => world.end());

const commands: Readonly<Record<string, readonly string[]>> = {
  up: ['--data', '--https', '--host', '--port', '--policy'],
  'sign-in': ['--server', '--phone', '--directory', '--ca'],
  devices: ['--revoke'],
  'sign-out': [],
  events: ['--follow'],
  enable: ['--method', '--cloud', '--password-file'],
  backup: [
    'path',
    '--exclude',
    '--no-videos',
    '--no-compress',
    '--take-over',
    '--accept-loss',
    '--plain',
    '--cloud',
  ],
  restore: [
    'target',
    '--cloud',
    '--archive',
    '--snapshot',
    '--only',
    '--password-file',
    '--key-file',
    '--plain',
  ],
  status: [],
  'key show': [],
  snapshots: [],
  diff: ['A', 'B'],
  find: ['pattern', '--snapshot', '--all'],
  schedule: ['path', '--daily', '--weekly', '--monthly', '--exclude', '--no-videos', '--off', '--print'],
  verify: ['--full', '--sample'],
  'check-password': ['--password-file'],
  'change-password': ['--password-file'],
  'cancel-replacement': [],
  disable: ['--delete-backups', '--keep-backups', '--yes'],
};

// Most of the time one waits for commands: several at a time keep all cores busy.
vi.setConfig({ testTimeout: 90_000 });

describe.concurrent('help', () => {
  test.each(Object.entries(commands))('of %s names its options, each once', async (command, options) => {
    const { code, stdout, stderr } = await strongroom([...command.split(' '), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: strongroom ${command}`);
    for (const option of [...options, '--profile', '--json', '--quiet'])
      expect(stdout.split(new RegExp(`^ +${option.replaceAll('.', '\\.')}(?![\\w-])`, 'm'))).toHaveLength(2);
  });

  test('of all names every command and what the exit codes mean', async () => {
    const { code, stdout } = await strongroom(['--help']);
    expect(code).toBe(0);
    for (const command of Object.keys(commands))
      expect(stdout).toMatch(new RegExp(`^  ${command.split(' ')[0]}\\b`, 'm'));
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 wrong password or key, 4 nothing there, 5 locked or must wait, 6 unavailable, 130 stopped.',
    );
  });
});

describe.concurrent('wrong usage', () => {
  test.each<[string, string[], string]>([
    ['an unknown command', ['bakcup', 'x'], 'Did you mean backup?'],
    ['an unknown option', ['backup', 'x', '--exlude', 'y'], 'Did you mean --exclude?'],
    ['a missing argument', ['restore'], "missing required argument 'target'"],
    ['a missing option', ['enable', '--method', 'key'], "required option '--cloud <url>'"],
    ['an argument too many', ['status', 'x'], 'too many arguments'],
    ['an option without its value', ['restore', 'x', '--only'], 'argument missing'],
    ['half a command', ['key'], 'show'],
  ])('%s is told with a hint, also to programs', async (_, args, hint) => {
    const people = await strongroom(args);
    expect(people).toMatchObject({ code: 2, stdout: '' });
    expect(people.stderr).toContain(hint);
    const programs = await strongroom([...args, '--json']);
    expect(programs.stderr).toBe('');
    expect(refusalOf(programs)).toMatchObject({ exit: 2, code: 'wrong-usage' });
  });

  test.each<[string, string[]]>([
    ['--method takes', ['enable', '--method', 'fish', '--cloud', 'folder:x']],
    ['--cloud takes', ['enable', '--method', 'key', '--cloud', 'ftp:x']],
    ['--sample takes', ['verify', '--sample', '0']],
    [
      '--directory takes',
      ['sign-in', '--server', 'http://localhost', '--phone', '+49170', '--directory', 'sha1:ab'],
    ],
    ['--server takes', ['sign-in', '--server', 'localhost:7420', '--phone', '+49170']],
    ['over https://', ['sign-in', '--server', 'http://example.org', '--phone', '+491701234567']],
    ['--port takes', ['up', '--port', '70000', '--data', 'x']],
  ])('a value that cannot be says what can: %s', async (hint, args) => {
    const refusal = await device(place.at('nobody')).refused(args);
    expect(refusal).toMatchObject({ exit: 2, code: 'wrong-usage' });
    expect(refusal.message).toContain(hint);
  });

  test.each([
    ['restore', 'x', '--password', 'hunter2 hunter2'],
    ['restore', 'x', '--key=0123456789abcdef', '--json'],
    ['sign-in', '--code', '123456'],
    ['check-password', 'hunter2 hunter2'],
  ])('a secret is not taken from an argument, nor repeated: %s %s', async (...args) => {
    const { code, stdout, stderr } = await strongroom(args);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toMatch(/hunter2|0123456789abcdef|123456/);
  });
});

describe('the server', () => {
  test.each([
    ['{"guessLimit": 3', 'cannot be read as JSON'],
    ['{"guesLimit": 3}', 'knows no "guesLimit"'],
    ['{"waits": [60, -1]}', 'needs a number from 0 to 31536000 as "waits"'],
  ])('does not start with the policy %s', async (policy, why) => {
    await writeFile(place.at('wrong policy'), policy);
    const args = ['--data', place.at('never'), '--port', '0', '--policy', place.at('wrong policy')];
    const refusal = refusalOf(await up(...args));
    expect(refusal).toMatchObject({ exit: 2, code: 'wrong-usage' });
    expect(refusal.message).toContain(why);
    expect(existsSync(place.at('never'))).toBe(false);
  });

  test('does not start on a port or a data folder that another one uses', async () => {
    const { port } = new URL(world.server.url);
    const onPort = refusalOf(await up('--data', place.at('second'), '--port', port));
    expect(onPort).toMatchObject({ exit: 2, code: 'wrong-usage', message: expect.stringContaining(port) });
    const onFolder = refusalOf(await up('--data', world.server.data, '--port', '0'));
    expect(onFolder).toMatchObject({ exit: 1, code: 'in-use', details: { path: world.server.data } });
  });

  test('says what to do about the data of a version that kept one key for ever', async () => {
    await mkdir(place.at('earlier', 'vault'), { recursive: true });
    await writeFile(place.at('earlier', 'vault/hsm.key'), `${'0'.repeat(64)}\n`);
    const refusal = refusalOf(await up('--data', place.at('earlier'), '--port', '0'));
    expect(refusal).toMatchObject({ exit: 2, code: 'wrong-usage' });
    expect(refusal.message).toContain('Start with another --data');
  });

  test('keeps its list of vaults over restarts, and stops on SIGTERM in the middle of a request', async () => {
    const options = { data: place.at('restarted'), log: place.at('restarted.log') };
    const first = await startServer(options);
    const idle = await connectionTo(first);
    const busy = await connectionTo(first);
    busy.write(
      'PUT /cloud/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 9\r\n\r\nhalf',
    );
    // Long enough for it to be read, as far as it goes.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stopped = first.stop().then(() => first.process.exitCode);
    const late = new Promise((resolve) => void setTimeout(resolve, 5000, 'too late').unref());
    expect(await Promise.race([stopped, late])).toBe(0);
    for (const socket of [idle, busy]) socket.destroy();
    const second = await startServer(options);
    expect(second.directory).toBe(first.directory);
    await second.stop();
  });

  test('keeps its files to its owner', async () => {
    await world.signedIn('reader', '+491700000004');
    const { data } = world.server;
    expect(await modeOf(data)).toBe('700');
    const key = 'vault/hsm/epoch-1.key';
    for (const file of ['outbox.log', 'front-door.key', 'directory.key', 'front-door.db', key])
      expect(`${file} ${await modeOf(data, file)}`).toBe(`${file} 600`);
    expect(await modeOf(place.at('reader'))).toBe('700');
    expect(await modeOf(place.at('reader'), 'device.json')).toBe('600');
  });
});

describe('signing in', () => {
  test('goes on after three wrong codes with the right one', async () => {
    const sent = nextCode(join(world.server.data, 'outbox.log'));
    const running = start(signInArgs('three'));
    const { value: code } = await sent.next();
    running.type('000000\n11 11 11\nabc\n');
    running.type(` ${code!.slice(0, 3)}-${code!.slice(3)}`);
    const { code: exit, stdout, stderr } = await running.ended;
    expect(exit).toBe(0);
    expect(stderr.match(/Wrong code\. \d tries left\./g)).toHaveLength(3);
    expect(stdout).toContain('Signed in at');
  });

  test('ends with the last wrong code, and when there is none', async () => {
    const five = '000000\n'.repeat(5);
    const wrong = refusalOf(await strongroom(signInArgs('five', '--json'), { input: five }));
    expect(wrong).toMatchObject({ exit: 3, code: 'wrong-code', details: { triesLeft: 0 } });
    const none = refusalOf(await strongroom(signInArgs('five', '--json'), { input: '' }));
    expect(none).toMatchObject({ exit: 2, code: 'wrong-usage' });
  });

  test('with another list of vaults than the trusted one sends no code', async () => {
    const before = await sentCodes();
    const other = signInArgs('other', '--directory', `sha256:${'a1'.repeat(32)}`);
    const refusal = await device(place.at('other')).refusedAlike(other);
    expect(refusal).toMatchObject({ exit: 1, code: 'directory-changed' });
    expect(await sentCodes()).toBe(before);
  });

  test.each(['0170 1234567', '+49', 'my phone', '+4917012345678901234'])(
    'as %j asks for a number that can be',
    async (phone) => {
      const refusal = await device(place.at('phoneless')).refused(signInArgs('phoneless', '--phone', phone));
      expect(refusal).toMatchObject({ exit: 2, code: 'wrong-usage' });
      expect(refusal.message).toContain('+491701234567');
    },
  );
});

describe('output', () => {
  test('on standard output is results alone, and without colours or codes where nobody watches', async () => {
    const chats = await writeSample(place.at('chats'));
    const keeper = await withKey(place.at('keeper'), `folder:${place.at('cloud')}`);
    const results: [string[], RegExp][] = [
      [['backup', chats], /^Backed up 5 files, .*\nNew: .*\n$/],
      [['restore', place.at('back')], /^Restored 5 files, .*\nThis is how it was .*\n$/],
      [['snapshots'], /^ +1 {2}\w{26} {2}.*\n$/],
      [['verify'], /^1 snapshot and 1 pack looked at\.\nNothing is missing\..*\n$/],
      [['key', 'show'], /^(?:(?:[0-9a-f]{4} ?){4}\n){4}$/],
    ];
    for (const [command, result] of results) {
      const { stdout, stderr } = await keeper.run(command);
      expect(stdout).toMatch(result);
      expect(stdout + stderr).not.toContain('\u001B');
    }
  });

  test('as JSON is one line and holds no secret; the key is not printed so at all', async () => {
    const keeper = device(place.at('keeper'));
    const owner = await world.withPassword('owner', '+491700000006');
    for (const on of [keeper, owner]) {
      const secrets = secretsOf(await readFile(join(on.profile, 'device.json'), 'utf8'));
      expect(secrets.length).toBeGreaterThan(0);
      for (const command of ['status', 'snapshots']) {
        const said = JSON.stringify(await on.json([command]));
        for (const secret of [...secrets, password]) expect(said).not.toContain(secret);
      }
      const shown = await strongroom(['key', 'show', '--json', '--profile', on.profile]);
      expect(refusalOf(shown)).toMatchObject({ exit: 2, code: 'wrong-usage' });
      for (const secret of secrets) expect(shown.stdout + shown.stderr).not.toContain(secret);
    }
    const right = await owner.json(['check-password', ...fromStdin], { input: password });
    expect(right).toMatchObject({ right: true });
    expect(JSON.stringify(right)).not.toContain(password);
  });
});

function up(...args: string[]): Promise<Answer> {
  return strongroom(['up', '--json', ...args]);
}

function signInArgs(profile: string, ...more: string[]): string[] {
  const { url, directory } = world.server;
  const named = ['--server', url, '--directory', directory, '--profile', place.at(profile)];
  return ['sign-in', ...named, '--phone', '+491700000005', ...more];
}

function sentCodes(): Promise<string> {
  return readFile(join(world.server.data, 'outbox.log'), 'utf8').catch(() => '');
}

async function modeOf(...path: string[]): Promise<string> {
  return ((await stat(join(...path))).mode & 0o777).toString(8);
}

/** The keys, seeds and tokens in a profile. */
function secretsOf(text: string): string[] {
  return [...text.matchAll(/"(?:key|deviceKeySeed|token)": "([0-9a-f]{64})"/g)].map(([, secret]) => secret!);
}

function connectionTo({ url }: Server): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => resolve(socket));
    socket.on('error', () => {});
  });
}
