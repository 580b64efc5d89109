import { clone, toBinary } from '@bufbuild/protobuf';
import { toHex } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { RecordSchema, VaultEvent, type Credential } from '@strongroom/wire/vault';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  refusalOf,
  RulesAccount,
  signature,
  signCommit,
  signDrop,
  signErase,
  signHeal,
  signMark,
  signPropose,
  TestOwner,
  valueOf,
} from '../testing/index.ts';

beforeAll(ready);

/** An account with all three slots filled and one guess left. */
async function beforeTheLast(vaults = 1) {
  const account = new RulesAccount({ vaults });
  const live = await account.register('right');
  const candidate = await account.deal('new', { owner: live.owner });
  account.send(signPropose(account.target, candidate));
  const contested = await account.deal('another', { owner: new TestOwner() });
  account.send(signPropose(account.target, contested));
  for (let i = 0; i < 9; i++) {
    account.waitAsTold();
    account.send(account.newGuess('wrong', live).beginRequest(account.vault.vaultId));
  }
  account.waitAsTold();
  expect(account.describe().guessesLeft).toBe(1);
  return { account, live, candidate, contested };
}

const secretsOf = ({ keyShare, maskingKey, envelope, clientPublicKey, publicShares }: Credential) => [
  keyShare,
  maskingKey,
  envelope,
  clientPublicKey,
  ...publicShares,
];

describe.for([1, 3])('the write that counts the last guess, with %i vaults', (vaults) => {
  it('erases in every slot what a password could be tested with', async () => {
    const { account, live, candidate, contested } = await beforeTheLast(vaults);
    const secrets = [live, candidate, contested].flatMap((dealt) =>
      secretsOf(dealt.credentials.get(toHex(account.vault.vaultId))!),
    );
    const before = toHex(toBinary(RecordSchema, account.record!));
    for (const secret of secrets) expect(before).toContain(toHex(secret));
    account.send(account.newGuess('wrong', live).beginRequest(account.vault.vaultId));
    expect(account.event).toBe(VaultEvent.LAST_GUESS_COUNTED);
    // The cached reply is what was answered: it holds public shares, which without k test nothing.
    const kept = clone(RecordSchema, account.record!);
    delete kept.lastBegin;
    const after = toHex(toBinary(RecordSchema, kept));
    for (const secret of secrets) expect(after).not.toContain(toHex(secret));
    const whole = toHex(toBinary(RecordSchema, account.record!));
    for (const dealt of [live, candidate, contested]) {
      const { keyShare, maskingKey, envelope } = dealt.credentials.get(toHex(account.vault.vaultId))!;
      for (const secret of [keyShare, maskingKey, envelope]) expect(whole).not.toContain(toHex(secret));
    }
  });
});

describe('the last guess', () => {
  it('that was right still opens, and its Finish may be repeated', async () => {
    const { account, live } = await beforeTheLast();
    const last = account.begin('right', live);
    expect(last.begun.guessesLeft).toBe(0);
    for (const _ of [1, 2]) {
      const finished = valueOf(account.finish(last), 'finished');
      if (last.result === 'wrong-password') throw new Error('the last guess was right');
      const { backupKey, body } = await last.result.open(account.vault.vaultId, finished);
      expect(toHex(backupKey)).toBe(toHex(live.backupKey));
      expect(body.failuresSinceOpening).toBe(9);
    }
  });

  it('that was right lets the owner propose anew at once', async () => {
    const { account, live } = await beforeTheLast();
    account.finish(account.begin('right', live));
    expect(account.describe()).toMatchObject({ locked: true, guessesLeft: 10 });
    const next = await account.deal('right', { owner: live.owner, backupKey: live.backupKey });
    account.send(signPropose(account.target, next));
    expect(account.try('right', next)).toBe('opened');
    expect(account.send(signCommit(account.target, next)).case).toBe('accepted');
    expect(account.describe()).toMatchObject({ locked: false, guessesLeft: 10 });
    expect(account.record!.failures).toBe(0);
  });
});

describe('after the last guess', () => {
  it('every way to a guess or to what was erased is locked', async () => {
    const { account, live, candidate, contested } = await beforeTheLast();
    account.begin('wrong', live);
    expect(account.describe()).toMatchObject({
      locked: true,
      guessesLeft: 0,
      slots: [{ exhausted: true }, { exhausted: true }, { exhausted: true }],
    });
    const after = account.record;
    for (const dealt of [live, candidate]) expect(account.try('right', dealt)).toBe('locked');
    expect(refusalOf(account.send(signCommit(account.target, candidate)))).toBe('locked');
    account.clock.advance(Number(account.policy.replacementDelay));
    expect(refusalOf(account.send(signCommit(account.target, contested)))).toBe('locked');
    expect(account.record).toBe(after);
  });

  it('no time, Heal, Mark or Drop brings a guess back', async () => {
    const { account, live, candidate, contested } = await beforeTheLast();
    account.begin('wrong', live);
    account.clock.advance(10 * 365 * 86_400_000);
    expect(account.try('right', live)).toBe('locked');
    account.send(signHeal(account.target, live));
    account.send(signMark(account.target, live, 1n, new Uint8Array(32)));
    expect(account.try('right', live)).toBe('locked');
    expect(account.try('new', candidate)).toBe('locked');
    for (const dealt of [candidate, contested])
      expect(account.send(signDrop(account.target, dealt, live.owner)).case).toBe('accepted');
    expect(account.try('right', live)).toBe('locked');
    expect(account.describe().locked).toBe(true);
  });

  it('the owner, by the key alone, heals, proposes and commits', async () => {
    const { account, live } = await beforeTheLast();
    account.begin('wrong', live);
    const next = await account.deal('next', { owner: live.owner });
    account.send(signPropose(account.target, next));
    expect(account.try('next', next), 'counted out until Heal or Commit').toBe('locked');
    account.send(signHeal(account.target, live));
    expect(account.try('next', next)).toBe('opened');
    expect(account.send(signCommit(account.target, next)).case).toBe('accepted');
    expect(account.try('next', next)).toBe('opened');
    expect(account.try('right', live)).toBe('stale');
  });

  it('the owner may erase, and whoever comes then finds the counters', async () => {
    const { account, live } = await beforeTheLast();
    account.begin('wrong', live);
    expect(account.send(signErase(account.target, live)).case).toBe('accepted');
    expect(account.try('right', live)).toBe('not-registered');
    expect(account.record).toMatchObject({ begun: 10n, failures: 10 });
  });

  it('whoever has no key must wait out the delay, and gets no guess at the old password', async () => {
    const { account, live } = await beforeTheLast();
    account.begin('wrong', live);
    const mine = await account.deal('mine');
    expect(account.send(signPropose(account.target, mine)).case).toBe('accepted');
    expect(refusalOf(account.send(signCommit(account.target, mine)))).toBe('contested');
    account.clock.advance(Number(account.policy.replacementDelay));
    expect(account.send(signCommit(account.target, mine)).case).toBe('accepted');
    expect(account.try('mine', mine)).toBe('opened');
    expect(account.try('right', live)).toBe('stale');
    expect(account.record!.failures).toBeGreaterThan(0);
  });

  it('a candidate where nothing is live is guessed out alike', async () => {
    const account = new RulesAccount();
    const candidate = await account.deal('right');
    account.send(signPropose(account.target, candidate));
    account.fail(10, candidate);
    expect(account.try('right', candidate)).toBe('locked');
    const { generation } = candidate;
    const owner = signature(candidate.owner, account.target, { kind: 'commit', generation });
    expect(refusalOf(account.send({ case: 'commit', value: { generation, owner } }))).toBe('locked');
  });
});
