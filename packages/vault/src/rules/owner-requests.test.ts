import { randomBytes, toHex, type Bytes } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { VaultEvent } from '@strongroom/wire/vault';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  refusalOf,
  RulesAccount,
  signCommit,
  signErase,
  signHeal,
  signMark,
  signPropose,
  valueOf,
  type Dealt,
} from '../testing/index.ts';

beforeAll(ready);

let account: RulesAccount;
let live: Dealt;
beforeEach(async () => {
  account = new RulesAccount();
  live = await account.register('right');
});

const hashes = [1, 2, 3].map(() => randomBytes(32)) as [Bytes, Bytes, Bytes];
const mark = (number: bigint, hash: Bytes, by = live) =>
  account.send(signMark(account.target, by, number, hash));

/** The mark that a right guess is told. */
async function markSeen(password = 'right', dealt = live): Promise<string | undefined> {
  const guess = account.begin(password, dealt);
  const finished = valueOf(account.finish(guess), 'finished');
  if (guess.result === 'wrong-password') throw new Error(guess.result);
  const { body } = await guess.result.open(account.vault.vaultId, finished);
  return body.mark && `${body.mark.number} ${toHex(body.mark.hash)}`;
}

describe('Heal', () => {
  it('takes the failures in a row for openings that were missed; the rest still adds up', () => {
    account.fail(6, live);
    expect(account.send(signHeal(account.target, live)).case).toBe('accepted');
    expect(account.describe()).toMatchObject({ guessesLeft: 10, waitUntil: 0n, failuresSinceOpening: 0 });
    expect(account.record!.failures).toBe(6);
  });

  it('needs a live credential', () => {
    expect(refusalOf(new RulesAccount().send(signHeal(account.target, live)))).toBe('not-registered');
  });

  it('voids no guess in flight: its Finish answers and changes nothing', () => {
    const guess = account.begin('right', live);
    account.send(signHeal(account.target, live));
    const after = account.record;
    expect(account.finish(guess).case).toBe('finished');
    expect(account.record).toBe(after);
  });
});

describe('Mark', () => {
  it('is what a right password is told', async () => {
    expect(await markSeen()).toBeUndefined();
    expect(mark(3n, hashes[0]).case).toBe('accepted');
    expect(await markSeen()).toBe(`3 ${toHex(hashes[0])}`);
  });

  it('only grows', async () => {
    mark(3n, hashes[0]);
    for (const [number, hash] of [
      [2n, hashes[1]],
      [3n, hashes[1]],
      [0n, hashes[0]],
    ] as const)
      expect(refusalOf(mark(number, hash))).toBe('stale');
    expect(await markSeen()).toBe(`3 ${toHex(hashes[0])}`);
    expect(mark(3n, hashes[0]).case, 'the same again').toBe('accepted');
    expect(mark(2n ** 64n - 1n, hashes[2]).case).toBe('accepted');
    expect(await markSeen()).toBe(`${2n ** 64n - 1n} ${toHex(hashes[2])}`);
  });

  it('is refused when it is no hash', () => {
    for (const length of [0, 31, 33]) expect(refusalOf(mark(1n, randomBytes(length)))).toBe('malformed');
    expect(refusalOf(account.send({ case: 'mark', value: {} }))).toBe('malformed');
  });

  it('stays when the password changes, and goes when the key does', async () => {
    mark(3n, hashes[0]);
    const changed = await account.deal('new', { owner: live.owner });
    account.send(signPropose(account.target, changed));
    account.send(signCommit(account.target, changed));
    expect(await markSeen('new', changed)).toBe(`3 ${toHex(hashes[0])}`);
    const otherKey = await account.deal('newer');
    account.send(signPropose(account.target, otherKey, live.owner));
    account.send(signCommit(account.target, otherKey));
    expect(await markSeen('newer', otherKey)).toBeUndefined();
    expect(mark(1n, hashes[1], otherKey).case).toBe('accepted');
  });
});

describe('Erase', () => {
  it('erases all credentials and the mark; counters, policy and anchor stay', async () => {
    account.fail(4, live);
    mark(3n, hashes[0]);
    const candidate = await account.deal('new', { owner: live.owner });
    account.send(signPropose(account.target, candidate));
    account.send(signPropose(account.target, await account.deal('another')));
    const anchor = account.target.anchor;
    expect(account.send(signErase(account.target, live)).case).toBe('accepted');
    expect(account.event).toBe(VaultEvent.ERASED);
    expect(account.describe()).toMatchObject({ slots: [], failuresSinceOpening: 4, guessesLeft: 6 });
    expect(account.record).toMatchObject({ begun: 4n, opened: 0n, failures: 4 });
    expect(account.record!.mark).toBeUndefined();
    expect(account.record!.lastBegin).toBeUndefined();
    expect(account.target.anchor).not.toEqual(anchor);
    expect(account.try('right', live)).toBe('not-registered');
  });

  it('voids guesses in flight and everything signed before', async () => {
    const guess = account.begin('right', live);
    const recorded = [signHeal(account.target, live), signErase(account.target, live)];
    const proposal = signPropose(account.target, await account.deal('new', { owner: live.owner }));
    account.send(signErase(account.target, live));
    expect(refusalOf(account.finish(guess))).toBe('stale');
    for (const request of recorded) expect(refusalOf(account.send(request))).toBe('not-registered');
    expect(refusalOf(account.send(proposal))).toBe('stale');
    expect(account.describe().slots).toEqual([]);
  });

  it('lets the same person, or the next one of this number, register again', async () => {
    account.send(signErase(account.target, live));
    const next = await account.register('next');
    expect(account.event).toBe(VaultEvent.REGISTERED);
    expect(account.try('next', next)).toBe('opened');
  });
});
