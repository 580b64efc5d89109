import { randomBytes } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { Slot, VaultEvent } from '@strongroom/wire/vault';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  day,
  refusalOf,
  RulesAccount,
  signCommit,
  signDrop,
  signErase,
  signHeal,
  signMark,
  signPropose,
  TestOwner,
  type Dealt,
  type RequestShape,
} from '../testing/index.ts';

beforeAll(ready);

const delay = 7 * day;
let account: RulesAccount;
let live: Dealt;
let stranger: Dealt;
beforeEach(async () => {
  account = new RulesAccount();
  live = await account.register('right');
  stranger = await account.deal('mine');
});

const contest = (dealt = stranger) => account.send(signPropose(account.target, dealt));
const commit = (dealt = stranger) => account.send(signCommit(account.target, dealt));
const contestedSlot = () => account.describe().slots.find(({ slot }) => slot === Slot.CONTESTED);

describe('whoever has no key', () => {
  it('contests, and the person is warned', () => {
    const committableAt = BigInt(account.clock.now() + delay);
    expect(contest()).toMatchObject({ case: 'accepted', value: { slot: Slot.CONTESTED, committableAt } });
    expect(account.event).toBe(VaultEvent.REPLACEMENT_PROPOSED);
    expect(contestedSlot()).toMatchObject({ generation: stranger.generation, committableAt });
  });

  it('does not disturb what the owner is about to send, nor the candidate, nor a guess', async () => {
    const candidate = await account.deal('new', { owner: live.owner });
    account.send(signPropose(account.target, candidate));
    const signedBefore = signCommit(account.target, candidate);
    contest();
    expect(account.try('right', live)).toBe('opened');
    expect(account.try('new', candidate)).toBe('opened');
    expect(account.send(signedBefore).case).toBe('accepted');
    expect(contestedSlot()).toBeUndefined();
  });

  it('cannot be guessed at, nor guess, through the contested slot', () => {
    contest();
    expect(account.try('mine', stranger)).toBe('stale');
    expect(account.record!.begun).toBe(0n);
  });

  it('waits the whole delay', () => {
    contest();
    account.clock.advance(delay - 1);
    const early = commit();
    expect(early).toMatchObject({ value: { code: 'contested', until: BigInt(account.clock.now() + 1) } });
    account.clock.advance(1);
    expect(commit().case).toBe('accepted');
    expect(account.event).toBe(VaultEvent.REPLACED);
    expect(account.try('right', live)).toBe('stale');
    expect(account.try('mine', stranger)).toBe('opened');
  });

  it('starts the delay anew by contesting again', async () => {
    contest();
    account.clock.advance(delay - 1);
    const second = await account.deal('mine too');
    expect(contest(second).case).toBe('accepted');
    account.clock.advance(1);
    expect(refusalOf(commit())).toBe('stale');
    expect(refusalOf(commit(second))).toBe('contested');
    account.clock.advance(delay);
    expect(commit(second).case).toBe('accepted');
  });

  it('may take it back', () => {
    contest();
    expect(account.send(signDrop(account.target, stranger, stranger.owner)).case).toBe('accepted');
    expect(contestedSlot()).toBeUndefined();
    account.clock.advance(delay);
    expect(refusalOf(commit())).toBe('stale');
  });

  it('takes over neither the failures nor the archive mark, nor the policy', () => {
    account.fail(4, live);
    account.send(signMark(account.target, live, 5n, randomBytes(32)));
    account.policy = { ...account.policy, guessLimit: 20, waits: [] };
    contest();
    account.clock.advance(delay);
    commit();
    expect(account.record!.mark).toBeUndefined();
    expect(account.record!.failures).toBe(4);
    expect(account.describe().policy?.guessLimit).toBe(10);
  });
});

describe('an objection', () => {
  const objections: Record<string, () => RequestShape> = {
    Heal: () => signHeal(account.target, live),
    Mark: () => signMark(account.target, live, 1n, randomBytes(32)),
  };
  it.for(Object.entries(objections))('by %s restarts the delay', ([, objection]) => {
    contest();
    account.clock.advance(delay - 1);
    expect(account.send(objection()).case).toBe('accepted');
    account.clock.advance(delay - 1);
    expect(refusalOf(commit())).toBe('contested');
    account.clock.advance(1);
    expect(commit().case).toBe('accepted');
  });

  it('by Propose and by Drop of the candidate restarts the delay', async () => {
    const candidate = await account.deal('new', { owner: live.owner });
    contest();
    account.clock.advance(delay - 1);
    account.send(signPropose(account.target, candidate));
    account.clock.advance(delay - 1);
    account.send(signDrop(account.target, candidate, live.owner));
    account.clock.advance(delay - 1);
    expect(refusalOf(commit())).toBe('contested');
  });

  it('by Drop ends it, and it cannot be played again', () => {
    const recorded = signPropose(account.target, stranger);
    account.send(recorded);
    const recordedCommit = signCommit(account.target, stranger);
    expect(account.send(signDrop(account.target, stranger, live.owner)).case).toBe('accepted');
    expect(refusalOf(account.send(recorded))).toBe('stale');
    account.clock.advance(delay);
    expect(refusalOf(account.send(recordedCommit))).toBe('stale');
    expect(account.try('right', live)).toBe('opened');
  });

  it('by Erase ends it', () => {
    contest();
    account.send(signErase(account.target, live));
    account.clock.advance(delay);
    expect(refusalOf(commit())).toBe('stale');
  });

  it('of somebody else does not count', () => {
    contest();
    account.clock.advance(delay - 1);
    const impostor: Dealt = { ...live, owner: new TestOwner() };
    expect(refusalOf(account.send(signHeal(account.target, impostor)))).toBe('not-authorised');
    account.begin('wrong', live);
    account.clock.advance(1);
    expect(commit().case).toBe('accepted');
  });
});
