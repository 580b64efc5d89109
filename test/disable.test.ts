import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn, startServer, strongroom, type Answer, type Server } from '../tools/run-strongroom.ts';

let root: string;
let server: Server;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-disable-'));
  server = await startServer({ data: join(root, 'data'), log: join(root, 'log') });
  await signIn(server, join(root, 'phone'));
  await writeFile(join(root, 'password'), 'blue tram 77');
  await writeFile(join(root, 'wrong'), 'blue tram 78');
});

afterAll(async () => {
  await server.stop();
  await rm(root, { recursive: true });
});

describe('turning encrypted backups off', () => {
  test('needs a proof where nobody can be asked', async () => {
    await turnOn();
    expect(await off()).toMatchObject({ code: 2, stderr: expect.stringContaining('--password-file') });
    expect(await isOn()).toBe(true);
  });

  test('is refused for a wrong password, which costs a try, and for another key', async () => {
    await writeFile(join(root, 'other-key'), 'ab'.repeat(32));
    expect(await off('--password-file', join(root, 'wrong'))).toMatchObject({ code: 3 });
    expect(await off('--key-file', join(root, 'other-key'))).toMatchObject({ code: 3 });
    expect(await isOn()).toBe(true);
    expect(await guessesLeft()).toBe(9);
  });

  test('is done for the password, for the key, and when it is said that it should be', async () => {
    expect(await off('--password-file', join(root, 'password'))).toMatchObject({ code: 0 });
    expect(await isOn()).toBe(false);
    await turnOn();
    await writeFile(join(root, 'key'), (await run('key', 'show')).stdout);
    expect(await off('--key-file', join(root, 'key'))).toMatchObject({ code: 0 });
    expect(await isOn()).toBe(false);
    await turnOn();
    expect(await off('--yes', '--delete-backups')).toMatchObject({ code: 0 });
    expect(await isOn()).toBe(false);
  });
});

async function turnOn(): Promise<void> {
  const password = ['--password-file', join(root, 'password')];
  const enable = ['enable', '--method', 'password,key', '--cloud', 'builtin:'];
  expect(await run(...enable, ...password)).toMatchObject({ code: 0 });
}

function off(...args: readonly string[]): Promise<Answer> {
  return run('disable', ...args);
}

async function isOn(): Promise<boolean> {
  return (await status()).encrypted;
}

async function guessesLeft(): Promise<number | undefined> {
  return (await status()).vault?.guessesLeft;
}

async function status(): Promise<{ encrypted: boolean; vault: { guessesLeft: number } | null }> {
  return JSON.parse((await run('status', '--json')).stdout) as Awaited<ReturnType<typeof status>>;
}

function run(...args: readonly string[]): Promise<Answer> {
  return strongroom([...args, '--profile', join(root, 'phone')]);
}
