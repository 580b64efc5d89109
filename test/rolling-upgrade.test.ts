import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { randomBytes, toHex } from '@strongroom/core';
import { issueCertificate, makeAuthority } from '@strongroom/vault/etcd';
import { refusalOf, signMark, type Dealt, type TestDevice } from '@strongroom/vault/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RollingFleet, type Member } from './kit/rolling-fleet.ts';

// The sources of an older version, to run both side by side: STRONGROOM_OLDER=/path/to/its/tree. Without it the nodes
// before and after are both of this version, which shows the exchange alone.
const older = process.env['STRONGROOM_OLDER'];
const password = 'mint garage 42';
// Below what the vault lets through for one account.
const mostWrong = 60;

let fleet: RollingFleet;
beforeAll(async () => {
  fleet = await RollingFleet.open(older);
}, 120_000);
afterAll(() => fleet.close());

/** A device and what it registered. */
interface Person {
  readonly device: TestDevice;
  readonly dealt: Dealt;
}

/** Devices that are at it until they are told to stop, and everything that went wrong. */
class Load {
  readonly failures: unknown[] = [];
  rounds = 0;
  #isOver = false;
  readonly #running: Promise<void>[];

  constructor(people: readonly Person[]) {
    this.#running = people.map((person) => this.#use(person));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  // What a front door sent twice, because the first node was slow, is `stale` the second time: a client signs again.
  async #mark(device: TestDevice, dealt: Dealt, round: number): Promise<void> {
    for (let tried = 0; ; tried++) {
      const mark = signMark(await device.target(1), dealt, BigInt(10 * round + tried), randomBytes(32));
      const reply = await device.send(1, mark);
      if (reply.case === 'accepted') return;
      if (tried === 3 || refusalOf(reply) !== 'stale') throw new Error(`a mark was ${refusalOf(reply)}`);
    }
  }

  async #use({ device, dealt }: Person): Promise<void> {
    try {
      for (let i = 1; !this.#isOver; i++) {
        const wrong = i % 3 === 0 && i / 3 < mostWrong;
        if (wrong) same(await device.open('wrong', dealt), 'wrong-password');
        same((await device.describe(1)).failuresSinceOpening, wrong ? 1 : 0);
        same(await device.open(password, dealt), toHex(dealt.backupKey));
        await this.#mark(device, dealt, i);
        this.rounds += 1;
      }
    } catch (error) {
      this.failures.push(error);
    }
  }
}

function same(found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${String(found)} instead of ${String(expected)}`);
}

async function until(found: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await found())) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function progress(load: Load): Promise<void> {
  const before = load.rounds;
  await until(() => load.rounds >= before + 4 || load.failures.length > 0);
}

async function exchangeEach(
  members: readonly Member[],
  command: 'vault' | 'chatd',
  load: Load,
  tree?: string,
): Promise<void> {
  for (const member of members) {
    expect(await fleet.exchange(member, command, tree)).toBe(0);
    // As an operator waits: the next one is not taken before this one serves again.
    for (const door of fleet.doors)
      if (command === 'vault') await until(() => fleet.isWell(door, member.site));
    await progress(load);
  }
}

describe('a fleet with certificates everywhere', () => {
  test('serves devices over HTTPS, and front doors alone reach its nodes', async () => {
    const device = await fleet.signIn('+491701230001', fleet.doors[0]!);
    const dealt = await device.register(password);
    expect(await device.open(password, dealt)).toBe(toHex(dealt.backupKey));
    expect(await fleet.askNodeWithout(fleet.nodes[0]!)).toBe('refused');
    expect(await fleet.metrics(fleet.doors[0]!)).toContain(
      'certificate_expires_seconds{file="tls.certificate"}',
    );
  });

  test(`exchanges its nodes one after the other, ${older === undefined ? 'of one version' : 'from an older version and back'}, without a failed request or a guess counted twice`, async () => {
    const people: Person[] = [];
    for (const i of [0, 1, 2, 3]) {
      const device = await fleet.signIn(`+49170123100${i}`, fleet.doors[i % 2]!);
      people.push({ device, dealt: await device.register(password) });
    }
    const load = new Load(people);
    await progress(load);
    await exchangeEach(fleet.nodes, 'vault', load);
    if (older !== undefined) await exchangeEach(fleet.nodes, 'vault', load, older);
    await load.stop();
    expect(load.failures).toEqual([]);
    const drained = fleet.nodes.map(({ log }) => log.filter((line) => line.includes('"drained"')).length);
    expect(drained).toEqual(older === undefined ? [1, 1, 1] : [2, 2, 2]);
  }, 300_000);

  test('exchanges its certificates without a new start: SIGHUP', async () => {
    const door = fleet.doors[0]!;
    const other = await makeAuthority(fleet.folder, 'other-ca');
    await issueCertificate(fleet.folder, other, {
      name: 'renewed',
      commonName: 'door',
      hosts: ['127.0.0.1'],
    });
    for (const end of ['pem', 'key'])
      copyFileSync(join(fleet.folder, `renewed.${end}`), join(fleet.folder, `door.${end}`));
    expect(await issuerOf(door)).toContain('CN=ca');
    door.process.kill('SIGHUP');
    await until(async () => (await issuerOf(door)).includes('CN=other-ca'));
    expect(door.log.join('')).toContain('new certificates are in use');
  });
});

function issuerOf({ url }: Member): Promise<string> {
  const socket = connect({ port: Number(new URL(url).port), rejectUnauthorized: false });
  return new Promise<string>((resolve, reject) => {
    socket
      .on('secureConnect', () => resolve(String(socket.getPeerX509Certificate()?.issuer)))
      .on('error', reject);
  }).finally(() => socket.destroy());
}
