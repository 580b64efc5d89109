import { statSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import { randomBytes, StrongroomError, toHex } from '@strongroom/core';
import { checkAccountToken } from '@strongroom/protocol';
import { ServeResponseSchema, VaultEvent } from '@strongroom/wire/vault';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, TestFrontDoor, type TestDevice } from './front-door.fixture.ts';
import { MAX_SEALED_REQUEST } from './relay.ts';

const phone = '+491701234567';
let door: TestFrontDoor;
let device: TestDevice;
beforeEach(async () => {
  door = await TestFrontDoor.open();
  device = await door.signIn(phone, 'the phone of Ada');
});
afterEach(() => door.close());

const relay = (sealed: Uint8Array = randomBytes(10), vaultId = door.vaultId) =>
  door.relay(device.session!.token, sealed, vaultId);
const events = () => door.database.prepare('SELECT kind, at FROM event').all();

describe('the relay', () => {
  it('carries a request to its vault and the answer back, unchanged', async () => {
    const sealed = randomBytes(MAX_SEALED_REQUEST);
    expect(await relay(sealed)).toBe('0402');
    expect(toHex(door.served[0]!.sealedRequest)).toBe(toHex(sealed));
  });

  it('gives its word for this account, vault and message', async () => {
    const sealedRequest = randomBytes(10);
    await relay(sealedRequest);
    const { token } = door.served[0]!;
    const frontDoors = new Map([['acme', [door.tokenKey.publicKey]]]);
    const checks = { vaultId: door.vaultId, sealedRequest, frontDoors, now: door.time };
    expect(await checkAccountToken(token, checks)).toEqual({
      tenant: 'acme',
      accountId: new Uint8Array(device.accountId),
    });
  });

  it('knows no other vault, and carries nothing oversized', async () => {
    expect((await errorOf(relay(randomBytes(10), randomBytes(16)))).code).toBe('malformed');
    expect((await errorOf(relay(randomBytes(10), new Uint8Array()))).code).toBe('malformed');
    expect((await errorOf(relay(randomBytes(MAX_SEALED_REQUEST + 1)))).code).toBe('malformed');
    expect(door.served).toEqual([]);
  });

  it('gives the list of vaults to anybody', async () => {
    expect((await door.client.getDirectory({})).directory).toEqual(door.directory);
  });

  it('keeps what kind of thing happened, to warn the person, and nothing of a request without an event', async () => {
    await relay();
    expect(events()).toEqual([]);
    const sealedAnswer = new Uint8Array([1]);
    for (const event of [VaultEvent.GUESS_COUNTED, VaultEvent.REPLACEMENT_PROPOSED, 99 as VaultEvent]) {
      door.answer = async () => create(ServeResponseSchema, { sealedAnswer, event });
      expect(await relay()).toBe('01');
    }
    const kinds = ['GUESS_COUNTED', 'REPLACEMENT_PROPOSED', 'UNKNOWN'];
    expect(events()).toEqual(kinds.map((kind) => ({ kind, at: door.time })));
  });
});

const told = (event: VaultEvent, eventId: Uint8Array) => async () =>
  create(ServeResponseSchema, { sealedAnswer: new Uint8Array([1]), event, eventId });

describe('an event with an id', () => {
  it('is kept once, however often the vault tells it, also by another process', async () => {
    const eventId = randomBytes(16);
    for (let i = 0; i < 3; i++) {
      door.answer = told(VaultEvent.GUESS_COUNTED, eventId);
      await relay();
      door.restart();
    }
    expect(events()).toEqual([{ kind: 'GUESS_COUNTED', at: door.time }]);
    expect(door.logged.filter((line) => line.includes('vault event'))).toHaveLength(1);
  });

  it('is another one under another id, of another kind, or of another account', async () => {
    const eventId = randomBytes(16);
    const other = await door.signIn('+491701234568');
    door.answer = told(VaultEvent.GUESS_COUNTED, eventId);
    await relay();
    await door.relay(other.session!.token, randomBytes(10));
    door.answer = told(VaultEvent.OPENED, eventId);
    await relay();
    door.answer = told(VaultEvent.OPENED, randomBytes(16));
    await relay();
    expect(events()).toHaveLength(4);
  });

  it('of a wrong length, or without one, is kept each time', async () => {
    for (const eventId of [new Uint8Array(), randomBytes(15), new Uint8Array(17)]) {
      door.answer = told(VaultEvent.GUESS_COUNTED, eventId);
      await relay();
      await relay();
    }
    expect(events()).toHaveLength(6);
  });

  it('is kept in a database of an earlier version, too', async () => {
    door.database.exec('DROP INDEX event_told_once; ALTER TABLE event DROP COLUMN told_as');
    door.database
      .prepare('INSERT INTO event (account_id, kind, at) VALUES (?, ?, ?)')
      .run(device.accountId, 'OPENED', 1);
    door.restart();
    door.answer = told(VaultEvent.GUESS_COUNTED, randomBytes(16));
    await relay();
    await relay();
    expect(events()).toHaveLength(2);
  });
});

describe('errors', () => {
  it('reach a client with code and details', async () => {
    const refusals = [
      new StrongroomError('not-authorised', { why: 'the account token is for another vault' }),
      new StrongroomError('malformed', { what: 'a sealed request' }),
      new StrongroomError('unavailable', { answered: 0, needed: 1 }),
    ];
    for (const refusal of refusals) {
      door.answer = () => Promise.reject(refusal);
      expect((await errorOf(relay())).toJSON()).toEqual(refusal.toJSON());
    }
  });

  it('that nobody expected show a client nothing but where, and the operator all', async () => {
    door.answer = () => Promise.reject(new Error('the store lost a record'));
    expect((await errorOf(relay())).toJSON()).toMatchObject({ code: 'bug', details: { where: 'Relay' } });
    expect(door.logged.at(-1)).toContain('the store lost a record');
  });
});

describe('the log', () => {
  it('tells what was served and what was refused', async () => {
    await relay();
    await errorOf(door.client.finishSignIn({ phone, code: '123456', devicePublicKey: randomBytes(32) }));
    expect(door.logged.at(-2)).toContain('Relay');
    expect(door.logged.at(-1)).toContain('wrong-code');
  });

  it('holds no number, code, token, key, id or device name, whatever goes wrong', async () => {
    const event = VaultEvent.GUESS_COUNTED;
    door.answer = async () => create(ServeResponseSchema, { event });
    const sealed = randomBytes(100);
    await relay(sealed);
    const session = await door.renew(device);
    await errorOf(door.client.startSignIn({ phone: '+49 170 1234567' }));
    await errorOf(door.client.finishSignIn({ phone, code: '987654', devicePublicKey: randomBytes(32) }));
    await errorOf(door.relay('ab'.repeat(32), sealed));
    door.answer = () => Promise.reject(new Error('the vault fell over'));
    await errorOf(relay(sealed));
    door.send = (to, code) => Promise.reject(new Error(`no route to ${to} for ${code}`));
    const failed = await errorOf(door.client.startSignIn({ phone }));
    const newest = door.database.prepare('SELECT code FROM code').get() as { code: string };
    const log = door.logged.join('\n');
    expect(log).toContain('the vault fell over');
    expect(log).toContain('the sender of codes failed');
    const secrets = [
      phone.slice(1),
      '170 1234567',
      '987654',
      newest.code,
      ...door.codes.map(({ code }) => code),
      device.session!.token,
      session.token,
      'ab'.repeat(32),
      ...[device.accountId, device.deviceId, device.key.publicKey, sealed].map(toHex),
      'Ada',
    ];
    for (const secret of secrets) expect(log).not.toContain(secret);
    expect(JSON.stringify(failed)).not.toContain(newest.code);
  });
});

it('the database is readable by its owner alone', () => {
  for (const suffix of ['', '-wal']) expect(statSync(`${door.path}${suffix}`).mode & 0o777).toBe(0o600);
});
