import { readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextCode, startServer, strongroom, type Answer } from '../tools/run-strongroom.ts';
import { device, onlyLine, refusalOf, start, until } from './kit/input-command.ts';
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
  up: ['--data', '--host', '--port', '--policy'],
  'sign-in': ['--server', '--phone', '--directory'],
  enable: ['--method', '--cloud', '--password-file'],
  backup: ['<path...>', '--exclude', '--no-videos', '--no-compress', '--take-over', '--accept-loss'],
  restore: ['<target>', '--cloud', '--archive', '--snapshot', '--only', '--password-file', '--key-file'],
  status: [],
  'key show': [],
  snapshots: [],
  verify: ['--full', '--sample'],
  'check-password': ['--password-file'],
  'change-password': ['--password-file'],
  'cancel-replacement': [],
  disable: ['--delete-backups', '--keep-backups', '--yes'],
};

describe('help', () => {
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

describe('wrong usage', () => {
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
    ['restore', 'x', '--key=0123456789abcdef'],
    ['sign-in', '--code', '123456'],
    ['check-password', 'hunter2 hunter2'],
  ])('a secret is not taken from an argument, nor repeated: %s %s', async (...args) => {
    for (const more of [[], ['--json']]) {
      const { code, stdout, stderr } = await strongroom([...args, ...more]);
      expect(code).toBe(2);
      expect(stdout + stderr).not.toMatch(/hunter2|0123456789abcdef|123456/);
    }
  });
});

describe('the server', () => {
  const up = (...args: string[]): Promise<Answer> => strongroom(['up', '--json', ...args]);

  test.each<[string, string]>([
    ['{"guessLimit": 3', 'cannot be read as JSON'],
    ['[]', 'is not a JSON object'],
    ['{"guesLimit": 3}', 'knows no "guesLimit"'],
    ['{"guessLimit": 0}', 'needs a number from 1 to 100 as "guessLimit"'],
    ['{"guessLimit": 2.5}', 'needs a whole number as "guessLimit"'],
    ['{"waits": [60, -1]}', 'needs a number from 0 to 31536000 as "waits"'],
    ['{"waits": 60}', 'needs a list of seconds as "waits"'],
    ['{"replacementDelay": "1 day"}', 'needs a number from 0 to 31536000 as "replacementDelay"'],
  ])('does not start with the policy %s', async (policy, why) => {
    await writeFile(place.at('wrong policy'), policy);
    const refusal = refusalOf(
      await up('--data', place.at('never'), '--port', '0', '--policy', place.at('wrong policy')),
    );
    expect(refusal).toMatchObject({ exit: 2, code: 'wrong-usage' });
    expect(refusal.message).toContain(why);
  });

  test('does not start on a port or a data folder that another one uses', async () => {
    const { port } = new URL(world.server.url);
    const onPort = refusalOf(await up('--data', place.at('second'), '--port', port));
    expect(onPort).toMatchObject({ exit: 2, code: 'wrong-usage', message: expect.stringContaining(port) });
    const onFolder = refusalOf(await up('--data', world.server.data, '--port', '0'));
    expect(onFolder).toMatchObject({ exit: 1, code: 'in-use', details: { path: world.server.data } });
  });

  test('keeps its list of vaults over restarts, and stops on SIGTERM though somebody is connected', async () => {
    const options = { data: place.at('restarted'), log: place.at('restarted.log') };
    const first = await startServer(options);
    const held = connect(Number(new URL(first.url).port), '127.0.0.1').on('error', () => {});
    await new Promise((resolve) => held.once('connect', resolve));
    const began = performance.now();
    await first.stop();
    expect(first.process.exitCode).toBe(0);
    expect(performance.now() - began).toBeLessThan(5000);
    held.destroy();
    const second = await startServer(options);
    expect(second.directory).toBe(first.directory);
    await second.stop();
  });

  test('keeps its files to its owner', async () => {
    await world.signedIn('reader', '+491700000004');
    const modes = async (...path: string[]): Promise<string> =>
      ((await stat(join(...path))).mode & 0o777).toString(8);
    const { data } = world.server;
    expect(await modes(data)).toBe('700');
    for (const file of ['outbox.log', 'front-door.key', 'directory.key', 'front-door.db', 'vault/hsm.key'])
      expect(`${file} ${await modes(data, file)}`).toBe(`${file} 600`);
    expect(await modes(place.at('reader'))).toBe('700');
    expect(await modes(place.at('reader'), 'device.json')).toBe('600');
  });
});
