import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { strongroom, type Answer } from '../tools/run-strongroom.ts';
import type { Device } from './kit/input-command.ts';
import { FleetWorld } from './kit/fleet-world.ts';

const password = 'green tea at noon';
const fromStdin = ['--password-file', '-'];
const unavailable = 6;
const wrongSecret = 3;

let world: FleetWorld;
let phone: Device;

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

beforeAll(async () => {
  world = await FleetWorld.start();
  phone = await world.signIn('phone', '+491701234567', 0);
  await turnOn(phone);
});

afterAll(() => world.remove());

async function turnOn(device: Device): Promise<void> {
  const enable = ['enable', '--method', 'password', '--cloud', 'builtin:', ...fromStdin];
  await device.run(enable, { input: password });
  await device.run(['backup', world.messages()]);
}

const check = (typed: string): Promise<Answer> =>
  strongroom(['check-password', '--json', ...fromStdin, '--profile', phone.profile], { input: typed });

async function leader(): Promise<string> {
  const { sites } = await world.status();
  return sites.find(({ etcd }) => etcd === 'leader')!.site;
}

describe('a fleet of five sites', () => {
  test('serves registrations and retrievals with any two sites killed, the leader’s too, while a client works', async () => {
    const first = await leader();
    const other = first === 'c' ? 'd' : 'c';
    const codes: number[] = [];
    const over = new AbortController();
    const work = (async () => {
      while (!over.signal.aborted) codes.push((await check(password)).code);
    })();
    await world.fleet('kill', first);
    await world.fleet('kill', other);
    const before = codes.length;
    await vi.waitUntil(() => codes.length >= before + 2, { timeout: 60_000 });
    over.abort();
    await work;
    expect(new Set(codes)).toEqual(new Set([0]));
    const down = (await world.status()).sites.filter(
      ({ etcd, vault }) => etcd === 'down' && vault === 'down',
    );
    expect(down.map(({ site }) => site).toSorted()).toEqual([first, other].toSorted());
  });

  test('registers and gives back at the other front door meanwhile', async () => {
    await turnOn(await world.signIn('another', '+491701234568', 1));
    const next = await world.signIn('next', '+491701234568', 1);
    const target = join(world.folder, 'restored');
    await next.run(['restore', target, '--cloud', 'builtin:', ...fromStdin], { input: password });
    expect(readFileSync(join(target, 'hello.txt'), 'utf8')).toBe('hello');
  });

  test('refuses without a majority, and counts no guess; goes on when a site is healed', async () => {
    const { sites } = await world.status();
    const third = sites.find(({ vault }) => vault === 'ready')!.site;
    const lost = sites.filter(({ vault }) => vault === 'down').map(({ site }) => site);
    await world.fleet('kill', third);
    expect((await check('a wrong one')).code).toBe(unavailable);
    expect(await world.fleet('heal', third, ...lost)).toMatchObject({ hasMajority: true, replaced: [] });
    const { code, stdout } = await check('a wrong one');
    expect(code).toBe(wrongSecret);
    expect(JSON.parse(stdout)).toMatchObject({ error: { details: { guessesLeft: 9 } } });
    expect((await check(password)).code).toBe(0);
    expect((await world.status()).sites.map(({ vault }) => vault)).toEqual(Array(5).fill('ready'));
  });

  test('replaces a member whose data is lost, and ends with 0', async () => {
    await world.fleet('kill', 'e', '--etcd');
    rmSync(join(world.data, 'sites', 'e', 'etcd'), { recursive: true });
    expect((await world.status()).sites.at(-1)).toMatchObject({ isEmpty: true });
    expect(await world.fleet('heal', 'e')).toMatchObject({ replaced: ['e'] });
    expect(await world.stop()).toBe(0);
    const { sites, doors } = await world.status();
    expect(new Set([...sites.map(({ etcd }) => etcd), ...doors.map(({ state }) => state)])).toEqual(
      new Set(['down']),
    );
  });
});
