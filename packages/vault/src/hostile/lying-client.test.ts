import { create } from '@bufbuild/protobuf';
import { randomBytes, toHex } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { pad, PADDED_LENGTH } from '@strongroom/protocol';
import { PolicySchema, Slot, type Begun } from '@strongroom/wire/vault';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oddKeys } from '../../../../tools/fuzz/odd-keys.ts';
import { defaultPolicy } from '../rules/policy.ts';
import { hour } from '../testing/clock.ts';
import { credentialFor, type Dealt } from '../testing/deal.ts';
import type { OpenedGuess } from '../testing/guess.ts';
import { TestOwner } from '../testing/owner.ts';
import { refusalOf, valueOf, type Reply } from '../testing/rules-account.ts';
import {
  signature,
  signCommit,
  signDrop,
  signErase,
  signHeal,
  signMark,
  signPropose,
  type RequestShape,
} from '../testing/signed-requests.ts';
import type { TestDevice } from '../testing/test-device.ts';
import { sealAnything } from './seal.ts';
import { bytesOf, WatchedVaults } from './world.ts';

const waitless = create(PolicySchema, { ...defaultPolicy, waits: [] });

let world: WatchedVaults;
let device: TestDevice;
let live: Dealt;

beforeAll(ready);
beforeEach(async () => {
  world = await WatchedVaults.open({ policy: waitless });
  device = world.device();
  live = await device.register('right');
});

const ofVault = (): Uint8Array => device.vault(1).vaultId;

/** A guess that was answered; opened, when it was right. */
async function begun(password: string): Promise<{ begun: Begun; opened: OpenedGuess | 'wrong-password' }> {
  const guess = device.newGuess(password, live);
  const answer = valueOf(await device.send(1, guess.beginRequest(ofVault())), 'begun');
  return { begun: answer, opened: guess.conclude([[ofVault(), answer]]) };
}
function right(guess: OpenedGuess | 'wrong-password'): OpenedGuess {
  if (guess === 'wrong-password') throw new Error(guess);
  return guess;
}
const finish = (ticket: Uint8Array, ke3: Uint8Array): Promise<Reply> =>
  device.send(1, { case: 'finish', value: { ticket: new Uint8Array(ticket), ke3: new Uint8Array(ke3) } });
const ke3Of = (guess: OpenedGuess, ticket: Uint8Array): Uint8Array =>
  (guess.finishRequest(ofVault(), ticket).value as { ke3: Uint8Array }).ke3;
const failures = async (): Promise<number> => (await device.describe(1)).failuresSinceOpening;

describe('a claim to have opened', () => {
  it('with a wrong MAC is refused, as often as it is made, and stays a failure', async () => {
    const { begun: answer, opened } = await begun('right');
    const ke3 = ke3Of(right(opened), answer.ticket);
    const wrong = [
      randomBytes(64),
      new Uint8Array(64),
      ke3.slice(1),
      new Uint8Array([...ke3, 0]),
      new Uint8Array(),
    ];
    for (let at = 0; at < 64; at += 9) wrong.push(ke3.slice().with(at, ke3[at]! ^ 1));
    for (const bad of wrong) expect(refusalOf(await finish(answer.ticket, bad))).toBe('not-authorised');
    expect(await failures()).toBe(1);
    expect((await finish(answer.ticket, ke3)).case).toBe('finished');
    expect(await failures()).toBe(0);
  });

  it('with the KE3 of another session is refused', async () => {
    const first = await begun('right');
    const second = await begun('right');
    const ke3 = ke3Of(right(first.opened), first.begun.ticket);
    expect(refusalOf(await finish(second.begun.ticket, ke3))).toBe('not-authorised');
    expect(await failures()).toBe(2);
  });

  it('with a ticket of another account, an altered one, or one of an hour ago is refused', async () => {
    const { begun: answer, opened } = await begun('right');
    const { ticket } = answer;
    const ke3 = ke3Of(right(opened), ticket);
    const other = world.device();
    await other.register('right');
    const request: RequestShape = {
      case: 'finish',
      value: { ticket: new Uint8Array(ticket), ke3: new Uint8Array(ke3) },
    };
    expect(refusalOf(await other.send(1, request))).toBe('malformed');
    for (let at = 0; at < ticket.length; at += 17) {
      const altered = new Uint8Array(ticket).with(at, ticket[at]! ^ 1);
      expect(refusalOf(await finish(altered, ke3))).toBe('malformed');
    }
    world.vaults.clock.advance(hour + 1);
    expect(refusalOf(await finish(ticket, ke3))).toBe('stale');
    expect(await failures()).toBe(1);
  });

  it('made many times at once, opens once and forgives no more than its guess', async () => {
    for (let i = 0; i < 4; i++) await begun('wrong');
    const { begun: answer, opened } = await begun('right');
    const ke3 = ke3Of(right(opened), answer.ticket);
    const replies = await Promise.all(Array.from({ length: 12 }, () => finish(answer.ticket, ke3)));
    expect(new Set(replies.map((reply) => reply.case))).toEqual(new Set(['finished']));
    expect(world.record(1, device.accountId)).toMatchObject({ begun: 5n, opened: 5n, failures: 4 });
  });

  it('of an old guess does not forgive those that came after it', async () => {
    const old = await begun('right');
    for (let i = 0; i < 3; i++) await begun('wrong');
    await finish(old.begun.ticket, ke3Of(right(old.opened), old.begun.ticket));
    expect(await failures()).toBe(3);
  });
});

describe('a malformed guess', () => {
  it('costs nothing and gets nothing, whichever point is odd', async () => {
    const good = device.newGuess('right', live).beginRequest(ofVault()).value as { ke1: Uint8Array };
    // Those of the list that are no elements of ristretto255; some of the points of X25519 happen to be.
    for (const key of [...oddKeys.slice(0, 9), oddKeys[10]!]) {
      for (const at of [0, 64]) {
        const ke1 = new Uint8Array(good.ke1);
        ke1.set(key, at);
        const reply = await device.send(1, { case: 'begin', value: { generation: live.generation, ke1 } });
        if (reply.case === 'begun') throw new Error(`${toHex(key)} at ${at} was evaluated`);
        expect(refusalOf(reply)).toBe('malformed');
      }
    }
    expect(world.evaluations(1, device.accountId)).toBe(0);
  });

  it('of any length but 96 is refused, and extra-long everything too', async () => {
    for (const length of [0, 95, 97, 192, 3900]) {
      const begin = { generation: live.generation, ke1: new Uint8Array(length) };
      expect(refusalOf(await device.send(1, { case: 'begin', value: begin }))).toBe('malformed');
      expect(refusalOf(await finish(new Uint8Array(length), new Uint8Array(64)))).toBe('malformed');
      const credential = randomBytes(length);
      expect(
        refusalOf(await device.send(1, { case: 'propose', value: { credential } }, await proposeKey())),
      ).toBe('malformed');
    }
    const { vaultId, hpkePublicKey } = device.vault(1);
    const { tenant, accountId } = device;
    const to = { vaultId, hpkePublicKey, tenant, accountId };
    for (const size of [0, 1, 4095, 4097, 5000, 100_000]) {
      const sealed = sealAnything(
        to,
        pad(bytesOf({ case: 'describe', value: {} }), Math.max(size, 4)).slice(0, size),
      );
      expect(await world.serve(1, accountId, sealed), `${size} bytes`).toBe('malformed');
    }
    expect(
      typeof (await world.serve(
        1,
        accountId,
        sealAnything(to, pad(bytesOf({ case: 'describe', value: {} }), PADDED_LENGTH)),
      )),
    ).toBe('object');
  });
});

const proposeKey = async () => (await device.describe(1)).proposeKey;

describe('a request of an owner', () => {
  it('signed by another key is refused, whatever it asks for', async () => {
    const stranger = new TestOwner();
    const forged: Dealt = { ...live, owner: stranger };
    const target = await device.target(1);
    const requests = [
      signHeal(target, forged),
      signErase(target, forged),
      signMark(target, forged, 1n, randomBytes(32)),
    ];
    for (const request of requests) expect(refusalOf(await device.send(1, request))).toBe('not-authorised');
    const next = await device.deal('next', { owner: new TestOwner() });
    const reply = await device.send(1, signPropose(target, next, stranger), await proposeKey());
    expect(refusalOf(reply)).toBe('not-authorised');
    expect(await device.open('right', live)).toBe(toHex(live.backupKey));
  });

  it('over an old anchor is stale, also when it was accepted once', async () => {
    const target = await device.target(1);
    const heal = signHeal(target, live);
    valueOf(await device.send(1, heal), 'accepted');
    for (const request of [heal, signErase(target, live), signMark(target, live, 1n, randomBytes(32))])
      expect(refusalOf(await device.send(1, request))).toBe('stale');
  });

  it('holds for the very request that was signed: kind, generation, body, account, vault, tenant', async () => {
    const target = await device.target(1);
    const { generation, owner } = live;
    const asErase = (changes: Parameters<typeof signature>[3]): RequestShape => ({
      case: 'erase',
      value: { owner: signature(owner, target, { kind: 'erase', generation }, changes) },
    });
    for (const changes of [
      { kind: 'heal' },
      { generation: randomBytes(16) },
      { bodyDigest: randomBytes(32) },
      { accountId: randomBytes(16) },
      { vaultId: randomBytes(16) },
      { tenant: 'other' },
      { anchor: randomBytes(16) },
    ] as const)
      expect(refusalOf(await device.send(1, asErase(changes)))).toBe('not-authorised');
    expect((await device.describe(1)).slots).toMatchObject([{ slot: Slot.LIVE }]);
  });

  it('with a key or a signature of low order is refused', async () => {
    const target = await device.target(1);
    const honest = await device.deal('next');
    for (const key of oddKeys.slice(0, 8)) {
      const credential = credentialWith(honest, key);
      for (const forged of [new Uint8Array(64), new Uint8Array([...key, ...new Uint8Array(32)])]) {
        const owner = { anchor: new Uint8Array(target.anchor), signature: forged };
        const reply = await device.send(
          1,
          { case: 'propose', value: { credential, owner } },
          await proposeKey(),
        );
        // Whoever registers such a key for themselves lets others sign; it must not be taken for the live owner's.
        expect(['not-authorised', 'accepted']).toContain(refusalOf(reply));
        expect((await device.describe(1)).slots.map(({ slot }) => slot)).not.toContain(Slot.CANDIDATE);
      }
    }
    expect(await device.open('right', live)).toBe(toHex(live.backupKey));
  });

  it('many at once: each anchor is used once', async () => {
    const target = await device.target(1);
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => device.send(1, signHeal(target, live))),
    );
    expect(replies.map(refusalOf).filter((word) => word === 'accepted')).toHaveLength(1);
  });

  it('of somebody who has the key only once: a second Commit of what is live is stale', async () => {
    const target = await device.target(1);
    expect(refusalOf(await device.send(1, signCommit(target, live)))).toBe('stale');
    expect(refusalOf(await device.send(1, signDrop(target, live, live.owner)))).toBe('stale');
  });
});

/** A serialized credential with another owner key in it. */
function credentialWith(dealt: Dealt, ownerPublicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const credentials = new Map(
    [...dealt.credentials].map(([id, credential]) => [
      id,
      { ...credential, ownerPublicKey: new Uint8Array(ownerPublicKey) },
    ]),
  );
  return credentialFor({ ...dealt, credentials }, ofVault());
}
