import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn, startServer, type Server } from '../tools/run-strongroom.ts';
import { device, type Device } from './kit/input-command.ts';
import { makePlace, type Place } from './kit/input-tree.ts';

const timeout = 120_000;
let place: Place;
let server: Server;
let first: Device;
let second: Device;

interface Listed {
  readonly devices: readonly { readonly id: string; readonly isThis: boolean }[];
}

const listed = async (by: Device): Promise<Listed['devices']> =>
  ((await by.json(['devices'])) as unknown as Listed).devices;

async function signedIn(name: string): Promise<Device> {
  const answer = await signIn(server, place.at(name));
  expect(answer).toMatchObject({ code: 0 });
  return device(place.at(name));
}

beforeAll(async () => {
  place = await makePlace();
  server = await startServer({ data: place.at('data'), log: place.at('log') });
  first = await signedIn('first');
  second = await signedIn('second');
}, timeout);

afterAll(async () => {
  await server?.stop();
  await place?.remove();
});

describe('devices', () => {
  test(
    'are shown, each with which one it is',
    async () => {
      const devices = await listed(first);
      expect(devices.map(({ isThis }) => isThis)).toEqual([false, true]);
      const { stdout } = await first.run(['devices']);
      expect(stdout).toMatch(
        /\(this device\)\n {2}[0-9a-f]{32}\n {2}signed in today, \d\d:\d\d · last seen today/,
      );
    },
    timeout,
  );

  test(
    'are removed by another one, and are told so',
    async () => {
      const other = (await listed(first)).find(({ isThis }) => !isThis)!;
      await first.run(['devices', '--revoke', other.id.slice(0, 8)]);
      const refused = await second.refusedAlike(['devices']);
      expect(refused).toMatchObject({ code: 'signed-out', exit: 1 });
      expect(await listed(first)).toHaveLength(1);
    },
    timeout,
  );

  test(
    'come back by signing in again, as one device',
    async () => {
      await signIn(server, second.profile);
      expect(await listed(second)).toHaveLength(2);
      await signIn(server, second.profile);
      expect(await listed(second)).toHaveLength(2);
    },
    timeout,
  );

  test(
    'are not removed by half a name, nor by nobody’s, nor as themselves',
    async () => {
      for (const id of ['', 'abc', 'f'.repeat(32), 'not hex'])
        expect(await first.refused(['devices', '--revoke', id])).toMatchObject({
          code: 'wrong-usage',
          exit: 2,
        });
      const own = (await listed(first)).find(({ isThis }) => isThis)!;
      const refused = await first.refused(['devices', '--revoke', own.id]);
      expect(refused.message).toContain('sign-out');
      expect(await listed(first)).toHaveLength(2);
    },
    timeout,
  );

  test(
    'sign out',
    async () => {
      expect(await second.json(['sign-out'])).toEqual({ signedIn: false, backupKept: false });
      expect((await second.refused(['sign-out'])).code).toBe('signed-out');
      expect((await second.refused(['events'])).code).toBe('signed-out');
      expect(await second.json(['status'])).toMatchObject({ signedIn: false });
      expect(await listed(first)).toHaveLength(1);
    },
    timeout,
  );
});

describe('strongroom up --https', () => {
  test(
    'is trusted with --ca, and by nobody without it',
    async () => {
      const secure = await startServer({
        data: place.at('secure'),
        log: place.at('secure log'),
        args: ['--https', '--host', '127.0.0.1'],
      });
      try {
        expect(secure.url).toMatch(/^https:\/\/localhost:\d+$/);
        const ca = join(place.at('secure'), 'https', 'ca.pem');
        const profile = device(place.at('by https'));
        const args = ['sign-in', '--server', secure.url, '--phone', '+491701234567'];
        expect((await profile.refused(args)).code).toBe('offline');
        expect((await profile.refused([...args, '--ca', place.at('log')])).code).toBe('wrong-usage');
        const { nextCode } = await import('../tools/run-strongroom.ts');
        const input = nextCode(join(place.at('secure'), 'outbox.log'));
        await profile.run([...args, '--ca', ca], { input });
        // It is kept with the profile.
        expect(await listed(profile)).toHaveLength(1);
        expect(await protocolOf(secure.url, await readFile(ca, 'utf8'))).toBe('h2');
      } finally {
        await secure.stop();
      }
    },
    timeout,
  );
});

function protocolOf(url: string, ca: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const session = connect(url, { ca }, () => {
      resolve(session.alpnProtocol);
      session.close();
    });
    session.on('error', reject);
  });
}
