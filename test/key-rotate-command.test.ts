import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAllInOne, type AllInOne } from '@strongroom/cli/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strongroom, type Answer } from '../tools/run-strongroom.ts';
import { differing, writeChats } from './kit/password-world.ts';
import { signInQuietly } from './kit/profile.ts';
import { password } from './kit/rotation-world.ts';

describe('`strongroom key rotate`', () => {
  const wait = 300_000;
  let root: string;
  let server: AllInOne;
  let chats: string;
  let oldKey: string;

  const at = (...parts: string[]): string => join(root, ...parts);
  const on = (profile: string, args: readonly string[]): Promise<Answer> =>
    strongroom([...args, '--profile', at(profile)]);
  const json = async (profile: string, args: readonly string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await on(profile, [...args, '--json']);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const signedIn = (profile: string): Promise<void> => {
    const { url, directorySha256 } = server;
    return signInQuietly({ url, directory: `sha256:${directorySha256}`, data: at('server') }, at(profile));
  };
  const withFile = ['--password-file'];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'strongroom-rotate-'));
    server = await startAllInOne({
      data: at('server'),
      host: '127.0.0.1',
      port: 0,
      log: { info: () => {}, error: () => {} },
      print: () => {},
    });
    await writeFile(at('password'), `${password}\n`);
    await writeFile(at('wrong'), 'mint garage 14\n');
    withFile.push(at('password'));
    chats = await writeChats(at('chats'), 'the first day');
    await signedIn('phone');
    await json('phone', ['enable', '--method', 'password,key', '--cloud', 'builtin:', ...withFile]);
    await json('phone', ['backup', chats]);
    oldKey = (await on('phone', ['key', 'show'])).stdout;
    await writeFile(at('old key'), oldKey);
  }, wait);

  afterAll(async () => {
    await server?.close();
    await rm(root, { recursive: true, force: true });
  });

  test(
    'changes nothing with a wrong password, which counts as a try',
    async () => {
      const { code, stdout } = await on('phone', ['key', 'rotate', '--password-file', at('wrong'), '--json']);
      expect(code).toBe(3);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'wrong-password' } });
      expect((await on('phone', ['key', 'show'])).stdout).toBe(oldKey);
    },
    wait,
  );

  test(
    'changes the key, says what that does and does not do, and shows no secret',
    async () => {
      const told = await on('phone', ['key', 'rotate', ...withFile]);
      expect(told).toMatchObject({ code: 0 });
      const said = told.stdout + told.stderr;
      for (const words of [
        'Changing the key …',
        'This backup has a new key',
        'Your password is the same.',
        'What was uploaded before stays as it is',
        'Keep your new 64-digit key: `strongroom key show` prints it.',
        'strongroom prune',
      ])
        expect(said).toContain(words);
      const newKey = (await on('phone', ['key', 'show'])).stdout;
      expect(newKey).not.toBe(oldKey);
      for (const secret of [oldKey, newKey]) {
        for (const digits of [secret.trim().split('\n')[0]!, secret.replaceAll(/\s/g, '')])
          expect(said).not.toContain(digits);
      }
      await writeFile(at('new key'), newKey);
      expect(await json('phone', ['status'])).toMatchObject({ unfinished: null, vault: { guessesLeft: 10 } });
    },
    wait,
  );

  test(
    'leaves the next backup little to do, and an archive without a fault',
    async () => {
      await writeFile(join(chats, 'new.txt'), 'since then');
      const made = await json('phone', ['backup', chats]);
      expect(made).toMatchObject({ number: 3, vaultProblem: null, warnings: [] });
      expect(made['newBytes']).toBeLessThan(5000);
      expect(await json('phone', ['verify', '--full'])).toMatchObject({ clean: true, snapshots: 3 });
    },
    wait,
  );

  test(
    'leaves the password and the new key to open the backup with, on a new device',
    async () => {
      await signedIn('by password');
      await json('by password', ['restore', at('1'), '--cloud', 'builtin:', ...withFile]);
      expect(await differing(chats, at('1'))).toEqual([]);
      await signedIn('by key');
      await json('by key', ['restore', at('2'), '--cloud', 'builtin:', '--key-file', at('new key')]);
      expect(await differing(chats, at('2'))).toEqual([]);
    },
    wait,
  );

  test(
    'tells whoever comes with the old key that there is a new one, and what theirs still opens',
    async () => {
      await signedIn('with the old');
      const args = ['restore', at('3'), '--cloud', 'builtin:', '--key-file', at('old key')];
      const people = await on('with the old', args);
      expect(people).toMatchObject({ code: 3, stdout: '' });
      expect(people.stderr).toContain('this backup has got a new one');
      const [, id] = /The newest that your key opens .*--snapshot ([0-9A-Z]{26})/.exec(people.stderr) ?? [];
      const { code, stdout } = await on('with the old', [...args, '--json']);
      expect(code).toBe(3);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'other-key' }, wholeSnapshot: id });
      await json('with the old', [...args, '--snapshot', id!]);
      expect(await differing(chats, at('3'))).toEqual(['new.txt']);
      expect(await on('with the old', ['backup', chats, '--json'])).toMatchObject({ code: 3 });
    },
    wait,
  );

  test(
    'once more gives the next key, and says so to programs',
    async () => {
      expect(await json('phone', ['key', 'rotate', ...withFile])).toEqual({
        rotated: true,
        resumed: false,
        ways: { password: true, key64: 'unconfirmed' },
        snapshot: 4,
        droppedPasskeys: 0,
        vaultProblem: null,
      });
      const state = await readFile(at('phone', 'device.json'), 'utf8');
      expect(JSON.parse(state)).not.toHaveProperty('rotation');
      await signedIn('at last');
      await json('at last', ['restore', at('4'), '--cloud', 'builtin:', ...withFile]);
      expect(await differing(chats, at('4'))).toEqual([]);
    },
    wait,
  );
});
