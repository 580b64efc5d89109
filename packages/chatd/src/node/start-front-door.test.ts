import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@connectrpc/connect';
import { randomBytes, StrongroomError, toHex } from '@strongroom/core';
import { toNotApplied } from '@strongroom/protocol';
import type { FrontDoorService } from '@strongroom/wire/front-door';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from '../front-door.fixture.ts';
import { CODES_PER_HOUR, CODE_TRIES } from '../sign-in.ts';
import type { RunningFrontDoor } from './start-front-door.ts';
import { StubNode, TestMachine } from './start-front-door.fixture.ts';

const phone = '+491701234567';
type DoorClient = Client<typeof FrontDoorService>;

let machine: TestMachine;
let near: StubNode;
let far: StubNode;
beforeEach(async () => {
  machine = await TestMachine.open();
  [near, far] = await Promise.all([StubNode.start(), StubNode.start()]);
});
afterEach(async () => {
  await machine.close();
  await Promise.all([near.stop(), far.stop()].map((stopping) => stopping.catch(() => undefined)));
});

function relay(
  client: DoorClient,
  token: string,
  sealedRequest = randomBytes(10),
): Promise<{ sealedAnswer: Uint8Array }> {
  return client.relay(
    { vaultId: machine.vaultId, sealedRequest },
    { headers: { authorization: `Bearer ${token}` } },
  );
}

async function get(door: RunningFrontDoor, path: string): Promise<[number, string]> {
  const response = await fetch(`${door.adminUrl}${path}`);
  return [response.status, (await response.text()).trim()];
}

async function eventually(found: () => Promise<boolean>): Promise<void> {
  while (!(await found())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A raw call, to see what stands between. */
function post(door: RunningFrontDoor, method: string, body: object, headers: object = {}): Promise<Response> {
  const url = `${door.url}/strongroom.v1.FrontDoorService/${method}`;
  const all = { 'content-type': 'application/json', ...headers };
  return fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body) });
}

/** Asks for a code as if from another address. */
async function codeFor(door: RunningFrontDoor, i: number): Promise<number> {
  const headers = { 'x-forwarded-for': `192.0.2.${i}` };
  return (await post(door, 'StartSignIn', { phone: `+49170123456${i}` }, headers)).status;
}

describe('front doors on one machine', () => {
  it('share accounts and sessions: signed in at one, known at the other', async () => {
    // Both at once, over a database that neither finds.
    const doors = await Promise.all([machine.start([near]), machine.start([near])]);
    const [one, other] = doors.map((door) => machine.clientOf(door)) as [DoorClient, DoorClient];
    const { session, accountId } = await machine.signIn(one, phone);
    expect((await relay(other, session!.token)).sealedAnswer).toHaveLength(4144);
    await other.startSignIn({ phone });
    const again = { phone, code: machine.code, devicePublicKey: randomBytes(32), deviceName: 'a tablet' };
    const second = await one.finishSignIn(again);
    expect(toHex(second.accountId)).toBe(toHex(accountId));
    // A code is good once, at whichever door.
    expect((await errorOf(other.finishSignIn(again))).code).toBe('wrong-code');
  });

  it('write at the same time without losing anything', async () => {
    const doors = await Promise.all([machine.start([near]), machine.start([near])]);
    const clients = doors.map((door) => machine.clientOf(door));
    const { session } = await machine.signIn(clients[0]!, phone);
    const each = Array.from({ length: 40 }, (_, i) => relay(clients[i % 2]!, session!.token));
    expect((await Promise.all(each)).map(({ sealedAnswer }) => sealedAnswer.length)).toEqual(
      each.map(() => 4144),
    );
    const [, metrics] = await get(doors[0], '/metrics');
    expect(metrics).toContain('strongroom_front_door_vault_events_total{kind="GUESS_COUNTED"} 20');
  });
});

describe('a front door', () => {
  it('relays to the nearest node, and to another when that one is gone', async () => {
    const door = await machine.start([near, far]);
    const client = machine.clientOf(door);
    const { session } = await machine.signIn(client, phone);
    await relay(client, session!.token);
    expect([near.served.length, far.served.length]).toEqual([1, 0]);
    await near.stop();
    await relay(client, session!.token);
    expect(far.served.length).toBe(1);
    const [, metrics] = await get(door, '/metrics');
    expect(metrics).toMatch(/vault_failures_total\{site="site-0",reason="(unreachable|disconnected)"\} 1/);
    expect(metrics).toMatch(/vault_node_state\{vault="[0-9a-f]{32}",site="site-1",state="well"\} 1/);
    expect(metrics).toContain('requests_total{method="Relay",outcome="ok"} 2');
  });

  it('is alive, and ready as long as a vault can be reached', async () => {
    const door = await machine.start([near]);
    expect(await get(door, '/healthz')).toEqual([200, 'ok']);
    expect(await get(door, '/readyz')).toEqual([200, 'ok']);
    const { port } = near;
    await near.stop();
    await eventually(async () => (await get(door, '/readyz'))[0] === 503);
    expect(await get(door, '/readyz')).toEqual([503, 'vault']);
    expect(await get(door, '/healthz')).toEqual([200, 'ok']);
    near = await StubNode.start(port);
    await eventually(async () => (await get(door, '/readyz'))[0] === 200);
    expect((await get(door, '/nothing'))[0]).toBe(404);
  });

  it('says at once that no vault can be reached, and when to come back', async () => {
    const door = await machine.start([near, far]);
    const client = machine.clientOf(door);
    const { session } = await machine.signIn(client, phone);
    await Promise.all([near.stop(), far.stop()]);
    const refused = await errorOf(relay(client, session!.token));
    expect(refused).toMatchObject({ code: 'unavailable', details: { answered: 0, needed: 1 } });
  });

  it('passes on what a vault refuses', async () => {
    const door = await machine.start([near, far]);
    const client = machine.clientOf(door);
    const { session } = await machine.signIn(client, phone);
    near.answer = () => Promise.reject(toNotApplied(new StrongroomError('malformed', { what: 'a request' })));
    expect((await errorOf(relay(client, session!.token))).toJSON()).toMatchObject({ code: 'malformed' });
    expect(far.served).toEqual([]);
  });

  it('drains: answers what is under way, takes nothing more, and says so before', async () => {
    const door = await machine.start([near], { limits: { noticeSeconds: 0.3 } });
    const client = machine.clientOf(door);
    const { session } = await machine.signIn(client, phone);
    const reached = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { answer } = near;
    near.answer = async (request) => {
      reached.resolve();
      await release.promise;
      return answer(request);
    };
    const underWay = relay(client, session!.token);
    await reached.promise;
    const drained = door.drain();
    expect(await get(door, '/readyz')).toEqual([503, 'draining']);
    await eventually(async () => (await client.getDirectory({}).catch(() => 'closed')) === 'closed');
    release.resolve();
    expect((await underWay).sealedAnswer).toHaveLength(4144);
    await drained;
    expect(await get(door, '/healthz')).toEqual([200, 'ok']);
    await door.close();
    await expect(fetch(`${door.adminUrl}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('cuts off what does not end', async () => {
    const door = await machine.start([near], { limits: { drainSeconds: 0.2 } });
    const client = machine.clientOf(door);
    const { session } = await machine.signIn(client, phone);
    const reached = Promise.withResolvers<void>();
    near.answer = () => {
      reached.resolve();
      return new Promise(() => {});
    };
    const underWay = errorOf(relay(client, session!.token));
    await reached.promise;
    await door.close();
    expect((await underWay).code).toBe('offline');
  });
});

describe('limits', () => {
  it('turn an address away that asks too much, with Retry-After', async () => {
    const door = await machine.start([near], { limits: { codesPerAddressPerHour: 2 } });
    const ask = (i: number) => post(door, 'StartSignIn', { phone: `+49170123456${i}` });
    expect([(await ask(1)).status, (await ask(2)).status]).toEqual([200, 200]);
    const refused = await ask(3);
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(1700);
    expect(seconds).toBeLessThanOrEqual(1800);
    const typed = await errorOf(machine.clientOf(door).startSignIn({ phone }));
    expect(typed.code).toBe('too-many-requests');
  });

  it('of a number hold over all front doors, with Retry-After', async () => {
    const doors = await Promise.all([machine.start([near]), machine.start([near])]);
    const ask = (i: number) => post(doors[i % 2]!, 'StartSignIn', { phone });
    for (let i = 0; i < CODES_PER_HOUR; i++) expect((await ask(i)).status).toBe(200);
    for (const i of [0, 1]) {
      const refused = await ask(i);
      expect(refused.status).toBe(429);
      const seconds = Number(refused.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(3500);
      expect(seconds).toBeLessThanOrEqual(3600);
    }
  });

  it('of tries at a code hold over all front doors', async () => {
    const doors = await Promise.all([machine.start([near]), machine.start([near])]);
    const clients = doors.map((door) => machine.clientOf(door));
    await clients[0]!.startSignIn({ phone });
    const { code } = machine;
    const wrong = code === '000000' ? '000001' : '000000';
    const tryCode = (i: number, tried: string) =>
      errorOf(clients[i % 2]!.finishSignIn({ phone, code: tried, devicePublicKey: randomBytes(32) }));
    for (let i = 0; i < CODE_TRIES; i++) expect((await tryCode(i, wrong)).code).toBe('wrong-code');
    for (const i of [0, 1]) expect((await tryCode(i, code)).code).toBe('wrong-code');
  });

  it('tell addresses apart by the word of trusted balancers alone', async () => {
    const limits = { codesPerAddressPerHour: 1 };
    const [trusting, other] = await Promise.all([
      machine.start([near], { limits, trustedProxies: ['127.0.0.1'] }),
      machine.start([near], { limits }),
    ]);
    expect([await codeFor(trusting, 1), await codeFor(trusting, 2)]).toEqual([200, 200]);
    expect([await codeFor(other, 3), await codeFor(other, 4)]).toEqual([200, 429]);
  });

  it('are of devices, and of tries at codes', async () => {
    const limits = { perDevicePerMinute: 1, codeTriesPerAddressPerHour: 2 };
    const client = machine.clientOf(await machine.start([near], { limits }));
    const { session } = await machine.signIn(client, phone);
    await relay(client, session!.token);
    expect((await errorOf(relay(client, session!.token))).code).toBe('too-many-requests');
    const guess = () => client.finishSignIn({ phone, code: '123456', devicePublicKey: randomBytes(32) });
    expect((await errorOf(guess())).code).toBe('wrong-code');
    expect((await errorOf(guess())).code).toBe('too-many-requests');
  });

  it('end requests that are too long', async () => {
    const door = await machine.start([near]);
    const refused = await post(door, 'StartSignIn', { phone: '1'.repeat(70_000) });
    expect(refused.status).toBe(429);
    expect(near.served).toEqual([]);
  });
});

it('what is logged and counted names nobody', async () => {
  const door = await machine.start([near, far], { limits: { perDevicePerMinute: 2 } });
  const client = machine.clientOf(door);
  const device = await machine.signIn(client, phone);
  const sealed = randomBytes(60);
  await relay(client, device.session!.token, sealed);
  await near.stop();
  await relay(client, device.session!.token, sealed);
  await errorOf(relay(client, device.session!.token, sealed));
  await errorOf(client.finishSignIn({ phone, code: '987654', devicePublicKey: randomBytes(32) }));
  await errorOf(client.startSignIn({ phone: '+49 170 1234567' }));
  await errorOf(relay(client, 'ab'.repeat(32), sealed));
  near.answer = () => Promise.reject(new Error('the store fell over'));
  const [, metrics] = await get(door, '/metrics');
  await door.close();
  const said = [...machine.logged, metrics].join('\n');
  for (const expected of ['Relay', 'too-many-requests', 'GUESS_COUNTED', 'site-0', 'wrong-code'])
    expect(said).toContain(expected);
  const told = machine.logged.filter((line) => !line.includes('the front door is')).join('\n') + metrics;
  const secrets = [
    phone.slice(1),
    '170 1234567',
    '987654',
    machine.code,
    device.session!.token,
    'ab'.repeat(32),
    'Ada',
    ...[device.accountId, device.deviceId, sealed].map(toHex),
    '127.0.0.1"',
  ];
  for (const secret of secrets) expect(told).not.toContain(secret);
});

describe('a front door does not start', () => {
  it.each([
    ['tokenKeyFile', 'token.key', 'not a key'],
    ['directoryFile', 'directory.bin', 'not a list'],
    ['database', 'front-door.db', 'not a database, but longer than its header would be: '.repeat(3)],
  ])('with a "%s" that is none', async (field, file, content) => {
    writeFileSync(join(machine.folder, file), content, { mode: 0o600 });
    await expect(machine.start([near])).rejects.toThrow(`"${field}"`);
  });

  it('for other vaults than are listed', async () => {
    const vaults = [{ vaultId: '00'.repeat(16), nodes: [{ url: near.url }] }];
    await expect(machine.start([near], { vaults })).rejects.toMatchObject({ code: 'wrong-usage' });
  });

  it('on a port that is taken, and lets go of everything', async () => {
    const door = await machine.start([near]);
    const port = Number(new URL(door.url).port);
    await expect(machine.start([near], { listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'wrong-usage',
    });
    await expect(machine.start([near], { admin: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'wrong-usage',
    });
    expect((await get(door, '/readyz'))[0]).toBe(200);
  });
});
