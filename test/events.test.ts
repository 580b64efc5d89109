import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { Device, watchEvents, listDevices, revokeDevice } from '@strongroom/client';
import { FileDeviceStore, openCloud } from '@strongroom/client/node';
import { freePort } from '@strongroom/vault/testing';
import { FrontDoorService } from '@strongroom/wire/front-door';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strongroomCommand } from '../tools/command.ts';
import { signIn, startServer, type Server } from '../tools/run-strongroom.ts';
import { device, type Device as Profile } from './kit/input-command.ts';
import { makePlace, type Place } from './kit/input-tree.ts';

const timeout = 240_000;
const password = 'green tea at noon';
let place: Place;
let server: Server;
let port: number;
let owner: Profile;
let thief: Profile;

interface Told {
  readonly number: number;
  readonly kind: string;
  readonly by: { readonly isThis: boolean } | null;
}

beforeAll(async () => {
  place = await makePlace();
  // One that it finds free again when it was away.
  port = await freePort();
  server = await startServer({ data: place.at('data'), log: place.at('log'), port });
  owner = await signedIn('owner');
  await mkdir(place.at('chats'));
  await writeFile(place.at('chats/one.txt'), 'hello');
  await owner.run(['enable', '--method', 'password', '--cloud', 'builtin:', '--password-file', '-'], {
    input: `${password}\n`,
  });
  await owner.run(['backup', place.at('chats')]);
  thief = await signedIn('thief');
}, timeout);

afterAll(async () => {
  await server?.stop();
  await place?.remove();
});

async function signedIn(name: string): Promise<Profile> {
  expect(await signIn(server, place.at(name))).toMatchObject({ code: 0 });
  return device(place.at(name));
}

const restore = (by: Profile, typed: string, exit: number) =>
  by.run(['restore', place.at(`back of ${typed}`), '--cloud', 'builtin:', '--password-file', '-'], {
    input: `${typed}\n`,
    exit,
  });

/** `events --follow --json`: what it says, one after the other. */
class Following {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(profile: string) {
    const args = [...strongroomCommand(), 'events', '--follow', '--json', '--profile', profile];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async next(): Promise<Told> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('it ended');
    return JSON.parse(value) as Told;
  }

  stop(): Promise<unknown> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGINT');
    return ended;
  }
}

describe('events', () => {
  test(
    'reach a device that listens: a wrong password, then the right one',
    async () => {
      const following = new Following(owner.profile);
      try {
        let told = await following.next();
        while (told.kind !== 'device-signed-in' || told.by!.isThis) told = await following.next();
        await restore(thief, 'wrong password 1', 3);
        // Others are let in while it listens.
        await owner.run(['status']);
        expect(await following.next()).toMatchObject({
          kind: 'wrong-password',
          by: { isThis: false },
          wrongInARow: 1,
        });
        await restore(thief, password, 0);
        expect(await following.next()).toMatchObject({ kind: 'backup-opened' });
      } finally {
        await following.stop();
      }
    },
    timeout,
  );

  test(
    'are listed, in words',
    async () => {
      const { stdout } = await owner.run(['events']);
      expect(stdout).toMatch(/today, \d\d:\d\d {2}A backup password was set on this device\./);
      expect(stdout).toMatch(/A wrong password was tried on “.+” \([0-9a-f]{8}\)\./);
      const { events } = (await thief.json(['events'])) as unknown as { events: Told[] };
      expect(events.map(({ kind }) => kind)).toEqual([
        'device-signed-in',
        'password-set',
        // The password counts as set only after it unlocked the key.
        'backup-opened',
        'device-signed-in',
        'wrong-password',
        'backup-opened',
      ]);
      expect(events.at(-1)!.by!.isThis).toBe(true);
    },
    timeout,
  );

  test(
    'that were not seen are told by status, and not when they were',
    async () => {
      await thief.run(['check-password', '--password-file', '-'], { input: `${password}\n` });
      const { stdout } = await owner.run(['status']);
      expect(stdout).toContain('Since you last looked');
      await owner.run(['events']);
      expect((await owner.run(['status'])).stdout).not.toContain('Since you last looked');
    },
    timeout,
  );

  test(
    'go on after the server was away',
    async () => {
      const following = new Following(owner.profile);
      try {
        await server.kill();
        server = await startServer({ data: place.at('data'), log: place.at('log'), port });
        await thief.run(['check-password', '--password-file', '-'], { input: `${password}\n` });
        expect((await following.next()).kind).toBe('backup-opened');
      } finally {
        await following.stop();
      }
    },
    timeout,
  );

  test(
    'end, for a device that was removed, with a word for it',
    async () => {
      const store = await FileDeviceStore.open(owner.profile);
      const mine = await Device.open({ store, openCloud, deviceName: 'test' });
      try {
        const third = await signedIn('third');
        const other = (await listDevices(mine))[0]!;
        const thirdStore = await FileDeviceStore.open(third.profile);
        const theirs = await Device.open({ store: thirdStore, openCloud, deviceName: 'test' });
        const connected = Promise.withResolvers<void>();
        const onConnection = (isConnected: boolean): void => void (isConnected && connected.resolve());
        const next = watchEvents(theirs, { onConnection }).next();
        await connected.promise;
        await revokeDevice(mine, other.id);
        await expect(next).rejects.toMatchObject({ code: 'signed-out' });
        thirdStore.close();
      } finally {
        store.close();
      }
    },
    timeout,
  );
});

describe('a hostile caller', () => {
  test(
    'that opens stream after stream keeps nobody else from hearing',
    async () => {
      const store = await FileDeviceStore.open(thief.profile);
      const theirs = await Device.open({ store, openCloud, deviceName: 'test' });
      const token = await theirs.token({ renew: false });
      store.close();
      const client = createClient(
        FrontDoorService,
        createConnectTransport({ baseUrl: server.url, useBinaryFormat: true }),
      );
      const stop = new AbortController();
      const ended: number[] = [];
      const flood = Array.from({ length: 60 }, async (_, i) => {
        const options = { signal: stop.signal, headers: { authorization: `Bearer ${token}` }, timeoutMs: 0 };
        for await (const message of client.watchEvents({}, options)) void message;
        ended.push(i);
      });
      while (ended.length < 56) await new Promise((resolve) => setTimeout(resolve, 20));
      const following = new Following(owner.profile);
      try {
        await thief.run(['check-password', '--password-file', '-'], { input: `${password}\n` });
        let told = await following.next();
        while (told.kind !== 'backup-opened') told = await following.next();
        expect(ended).toHaveLength(56);
      } finally {
        stop.abort();
        await Promise.allSettled(flood);
        await following.stop();
      }
    },
    timeout,
  );
});
