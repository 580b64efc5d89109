import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { createConnectTransport } from '@connectrpc/connect-node';
import { FrontDoor, openFrontDoorDatabase, serveFrontDoor, type ListeningDoor } from '@strongroom/chatd';
import { Device, listDevices, signIn, signOut, watchEvents, type DeviceState } from '@strongroom/client';
import { openCloud } from '@strongroom/client/node';
import { randomBytes } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { signDirectory, signingKeyFromSeed } from '@strongroom/protocol';
import { DirectorySchema } from '@strongroom/wire/vault';
import { openLocalTls } from '@strongroom/cli/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const minute = 60_000;
const sessionLifetime = 15 * minute;

/** A front door over HTTP/2 and a clock of its own, and devices that sign in at it. */
class World {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'sessions-'));
  time: number = Date.UTC(2030, 0, 1);
  /** By how much clocks of devices are wrong, milliseconds. */
  skew = 0;
  code = '';
  renewals = 0;
  door: ListeningDoor | undefined;
  frontDoor: FrontDoor | undefined;
  readonly #database = openFrontDoorDatabase(join(this.folder, 'front-door.db'));
  readonly tls = openLocalTls(this.folder, { hostname: 'here', addresses: [] }, Date.now());

  async start(port = 0): Promise<void> {
    const key = await signingKeyFromSeed(randomBytes(32));
    const vault = {
      index: 1,
      vaultId: randomBytes(16),
      hpkePublicKey: randomBytes(1216),
      akePublicKey: randomBytes(32),
      operator: 'us',
    };
    const directory = create(DirectorySchema, { epoch: 1n, threshold: 1, vaults: [vault] });
    this.frontDoor = new FrontDoor({
      database: this.#database,
      send: async (_, code) => void (this.code = code),
      tenant: 'acme',
      tokenKey: key,
      directory: await signDirectory(directory, [key]),
      vaults: new Map(),
      log: { info: (fields) => this.#count(fields), error: () => {} },
      now: () => this.time,
    });
    const { certificate, key: tlsKey } = this.tls.server;
    const tls = { certificate, key: tlsKey };
    this.door = await serveFrontDoor(this.frontDoor, { host: '127.0.0.1', port, tls, http2: true });
  }

  async device(): Promise<Device> {
    let state: DeviceState | undefined;
    const device = await Device.open({
      store: { load: async () => state, save: async (saved) => void (state = saved) },
      openCloud,
      deviceName: 'a phone',
      now: () => this.time + this.skew,
      // Nobody waits here.
      pause: () => new Promise((resolve) => setTimeout(resolve, 20)),
      makeTransport: (baseUrl) =>
        createConnectTransport({ baseUrl, httpVersion: '2', nodeOptions: { ca: this.tls.authority } }),
    });
    const server = this.door!.url.replace('127.0.0.1', 'localhost');
    await signIn(device, { server, phone: '+491701234567', askCode: async () => this.code });
    return device;
  }

  async close(): Promise<void> {
    await this.door?.close(1000);
    this.#database.close();
    rmSync(this.folder, { recursive: true });
  }

  #count(fields: object): void {
    if ('method' in fields && fields.method === 'FinishSession' && !('refused' in fields)) this.renewals += 1;
  }
}

let world: World;
beforeEach(async () => {
  await ready();
  world = new World();
  await world.start();
});
afterEach(() => world.close());

describe('a session', () => {
  test('is used until it is about to end, and renewed then', async () => {
    const device = await world.device();
    world.time += sessionLifetime - 2 * minute;
    await listDevices(device);
    expect(world.renewals).toBe(0);
    world.time += minute;
    await listDevices(device);
    expect(world.renewals).toBe(1);
  });

  test('that ended is renewed also when the device’s clock says that it has not', async () => {
    const device = await world.device();
    world.skew = -3600 * 1000;
    world.time += sessionLifetime;
    expect(await listDevices(device)).toHaveLength(1);
    expect(world.renewals).toBe(1);
  });

  test('that ends while many requests are under way fails none of them', async () => {
    const device = await world.device();
    world.skew = -3600 * 1000;
    const requests: Promise<unknown>[] = [];
    for (let i = 0; i < 20; i++) {
      requests.push(listDevices(device));
      if (i === 10) world.time += sessionLifetime;
    }
    await expect(Promise.all(requests)).resolves.toHaveLength(20);
  });

  test('does not come back by a renewal that was under way when the device signed out', async () => {
    const device = await world.device();
    const renewal = device.token({ renew: true }).catch((error: unknown) => error);
    await signOut(device);
    await renewal;
    expect(device.state.account).toBeUndefined();
  });
});

describe('watching', () => {
  test('goes on over the end of the session', async () => {
    const device = await world.device();
    const stopped = new AbortController();
    const events = watchEvents(device, { signal: stopped.signal });
    const next = events.next();
    while (world.frontDoor!.streams === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    world.time += sessionLifetime + 1;
    await world.device();
    expect((await next).value).toMatchObject({ kind: 'device-signed-in', by: { isThis: false } });
    expect(world.renewals).toBe(1);
    stopped.abort();
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test('goes on when the front door stops and another takes its place', async () => {
    const device = await world.device();
    const stopped = new AbortController();
    const states: boolean[] = [];
    const events = watchEvents(device, {
      signal: stopped.signal,
      onConnection: (isConnected) => void states.push(isConnected),
    });
    const next = events.next();
    while (world.frontDoor!.streams === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const port = Number(new URL(world.door!.url).port);
    await world.door!.close(1000);
    await world.start(port);
    await world.device();
    expect((await next).value).toMatchObject({ kind: 'device-signed-in' });
    expect(states).toEqual([true, false, true]);
    stopped.abort();
    await events.next();
  });

  test('tells an event again that was not taken, and one that was not again', async () => {
    const device = await world.device();
    await world.device();
    for (let i = 0; i < 2; i++) {
      const events = watchEvents(device);
      expect((await events.next()).value).toMatchObject({ number: 2 });
      // Left before the next was asked for.
      await events.return();
    }
    const stopped = new AbortController();
    const events = watchEvents(device, { signal: stopped.signal });
    await events.next();
    const next = events.next();
    await world.device();
    expect((await next).value).toMatchObject({ number: 3 });
    stopped.abort();
    await events.next();
    expect((await watchEvents(device).next()).value).toMatchObject({ number: 3 });
  });

  test('takes a stream for dead on which nothing comes, and opens another', async () => {
    const device = await world.device();
    const states: boolean[] = [];
    const stopped = new AbortController();
    const events = watchEvents(device, {
      signal: stopped.signal,
      silence: 1000,
      onConnection: (isConnected) => {
        states.push(isConnected);
        if (states.length === 5) stopped.abort();
      },
    });
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(states.slice(0, 4)).toEqual([true, false, true, false]);
  });
});
