import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { issueAccountToken, signingKeyFromSeed } from '@strongroom/protocol';
import { ServeRequestSchema, Slot, VaultEvent } from '@strongroom/wire/vault';
import { create } from '@bufbuild/protobuf';
import { beforeEach, describe, expect, it } from 'vitest';
import { day, hour } from '../testing/clock.ts';
import type { Dealt } from '../testing/deal.ts';
import { refusalOf, valueOf } from '../testing/rules-account.ts';
import { signCommit, signDrop, signErase, signHeal, signPropose } from '../testing/signed-requests.ts';
import type { TestDevice } from '../testing/test-device.ts';
import { secretsOf, WatchedVaults, type Seen } from './world.ts';

let world: WatchedVaults;
let victim: TestDevice;
let live: Dealt;
const carried: { readonly vaultId: Uint8Array; readonly sealed: Bytes }[] = [];

beforeEach(async () => {
  world = await WatchedVaults.open();
  carried.length = 0;
  victim = world.device(undefined, (id) => async (vaultId, sealed) => {
    carried.push({ vaultId, sealed: new Uint8Array(sealed) });
    return world.relay(id)(vaultId, sealed);
  });
  live = await victim.register('right');
});

describe('a front door acts as an account, for it is who vouches for accounts', () => {
  it('spends guesses, every one counted, and locks the password; the owner heals and registers anew', async () => {
    const impostor = world.device(victim.accountId);
    for (let i = 0; i < 10; i++) {
      const { waitUntil } = await impostor.describe(1);
      world.vaults.clock.advance(Math.max(0, Number(waitUntil) - world.vaults.clock.now()));
      expect(await impostor.open(`wrong ${i}`, live)).toBe('wrong-password');
    }
    expect(await impostor.open('right', live)).toBe('locked');
    expect(world.evaluations(1, victim.accountId)).toBe(10);
    valueOf(await victim.send(1, signHeal(await victim.target(1), live)), 'accepted');
    const next = await victim.deal('new', { owner: live.owner, backupKey: live.backupKey });
    valueOf(await victim.propose(1, next), 'accepted');
    valueOf(await victim.commit(1, next), 'accepted');
    expect(await victim.open('new', next)).toBe(toHex(live.backupKey));
  });

  it('replaces nothing without a key: it can contest, and any signed request of the owner starts the delay anew', async () => {
    const impostor = world.device(victim.accountId);
    const theirs = await impostor.deal('theirs');
    expect(valueOf(await impostor.propose(1, theirs), 'accepted').slot).toBe(Slot.CONTESTED);
    world.vaults.clock.advance(7 * day - hour);
    valueOf(await victim.send(1, signHeal(await victim.target(1), live)), 'accepted');
    world.vaults.clock.advance(2 * hour);
    expect(refusalOf(await impostor.commit(1, theirs))).toBe('contested');
    expect(await impostor.open('theirs', theirs)).toBe('stale');
    valueOf(await victim.send(1, signDrop(await victim.target(1), theirs, live.owner)), 'accepted');
    expect(await victim.open('right', live)).toBe(toHex(live.backupKey));
  });

  it('has no way to Heal, Commit, Drop or Erase', async () => {
    const impostor = world.device(victim.accountId);
    const theirs = { ...(await impostor.deal('theirs')), generation: live.generation };
    const target = await impostor.target(1);
    for (const request of [signHeal(target, theirs), signErase(target, theirs)])
      expect(refusalOf(await impostor.send(1, request))).toBe('not-authorised');
    for (const request of [signCommit(target, theirs), signDrop(target, theirs, theirs.owner)])
      expect(refusalOf(await impostor.send(1, request))).toBe('stale');
    expect(await victim.open('right', live)).toBe(toHex(live.backupKey));
  });
});

/** The first recorded request, under a token that says something else. */
const serve = async (
  changes: Partial<Parameters<typeof issueAccountToken>[1]>,
  key = world.vaults.tokenKey,
) => {
  const { vaultId, sealed } = carried[0]!;
  const { tenant, clock } = world.vaults;
  const fields = { tenant, accountId: victim.accountId, vaultId, sealedRequest: sealed, now: clock.now() };
  const token = await issueAccountToken(key, { ...fields, ...changes });
  return world.vaults.vault(1).serve(create(ServeRequestSchema, { token, sealedRequest: sealed }));
};

describe('an account token', () => {
  it('for another account does not open what was sealed as this one', async () => {
    await expect(serve({ accountId: randomBytes(16) })).rejects.toMatchObject({ code: 'malformed' });
    await expect(serve({})).resolves.toBeDefined();
  });

  it('of another tenant, for another vault, message or minute, or by another key is refused', async () => {
    const refused = { code: 'not-authorised' };
    await expect(serve({ tenant: 'other' })).rejects.toMatchObject(refused);
    await expect(serve({ vaultId: randomBytes(16) })).rejects.toMatchObject(refused);
    await expect(serve({ sealedRequest: randomBytes(10) })).rejects.toMatchObject(refused);
    await expect(serve({ now: world.vaults.clock.now() - 61_000 })).rejects.toMatchObject(refused);
    await expect(serve({}, await signingKeyFromSeed(randomBytes(32)))).rejects.toMatchObject(refused);
  });
});

describe('what was recorded', () => {
  it('revives nothing when it is played again after a change of password, and after an Erase', async () => {
    const changed = await victim.deal('new', { owner: live.owner, backupKey: live.backupKey });
    await victim.propose(1, changed);
    await victim.commit(1, changed);
    const playAll = async (): Promise<void> => {
      for (const { sealed } of carried) await world.serve(1, victim.accountId, sealed);
    };
    await playAll();
    expect(await victim.open('right', live)).toBe('stale');
    expect(await victim.open('new', changed)).toBe(toHex(live.backupKey));
    valueOf(await victim.send(1, signErase(await victim.target(1), changed)), 'accepted');
    await playAll();
    expect(await victim.open('right', live)).toBe('not-registered');
    expect(await victim.open('new', changed)).toBe('not-registered');
    expect(world.record(1, victim.accountId)!.live).toBeUndefined();
  });

  it('holds no password, no key, and nothing of a credential', async () => {
    await victim.open('right', live);
    const hex = carried.map(({ sealed }) => toHex(sealed)).join(' ');
    const found = [...secretsOf(live)].filter(([, secret]) => hex.includes(toHex(secret)));
    expect(found).toEqual([]);
  });
});

/** Of a guess up to the vault's evaluation, and of what follows when it was right. */
async function guess(password: string): Promise<{ begin: Seen[]; finish: Seen[] }> {
  const from = world.seen.length;
  await victim.describe(1);
  await victim.open(password, live);
  const seen = world.seen.slice(from);
  return { begin: seen.slice(0, 2), finish: seen.slice(2) };
}

describe('what a front door sees of a guess', () => {
  it('is the same for a right and a wrong one, until it is finished: sizes, number, event', async () => {
    const right = await guess('right');
    const wrong = await guess('wrong');
    expect(right.begin).toEqual(wrong.begin);
    expect(right.begin[1]).toEqual({
      requestBytes: 5238,
      answerBytes: 4144,
      event: VaultEvent.GUESS_COUNTED,
    });
    // That it was right shows, as the documents say: a third message, and its event.
    expect(wrong.finish).toEqual([]);
    expect(right.finish).toEqual([{ requestBytes: 5238, answerBytes: 4144, event: VaultEvent.OPENED }]);
  });

  it('is one of two sizes for every request there is, and one size for every answer', async () => {
    await victim.open('right', live);
    await victim.open('wrong', live);
    const next = await victim.deal('next', { owner: live.owner });
    await victim.propose(1, next);
    await victim.send(1, signDrop(await victim.target(1), next, live.owner));
    await victim.send(1, signPropose(await victim.target(1), next)).catch(() => undefined);
    await victim.send(1, signErase(await victim.target(1), live));
    expect(new Set(world.seen.map(({ requestBytes }) => requestBytes))).toEqual(new Set([5238, 5256]));
    expect(new Set(world.seen.map(({ answerBytes }) => answerBytes))).toEqual(new Set([4144]));
  });
});
