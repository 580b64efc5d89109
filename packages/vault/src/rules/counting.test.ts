import { ready } from '@strongroom/opaque';
import { VaultEvent } from '@strongroom/wire/vault';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  day,
  hour,
  minute,
  refusalOf,
  RulesAccount,
  signHeal,
  signPropose,
  valueOf,
  week,
  type Dealt,
} from '../testing/index.ts';

beforeAll(ready);

let account: RulesAccount;
let live: Dealt;
beforeEach(async () => {
  account = new RulesAccount();
  live = await account.register('right');
});

const counters = () => {
  const { begun, opened, failures } = account.record!;
  return { begun, opened, failures };
};
const untilNow = (milliseconds: number) => BigInt(account.clock.now() + milliseconds);

describe('a guess', () => {
  it('is counted before anybody knows whether it is right', () => {
    account.begin('right', live);
    expect(counters()).toEqual({ begun: 1n, opened: 0n, failures: 1 });
    expect(account.event).toBe(VaultEvent.GUESS_COUNTED);
  });

  it('is no failure once it is finished', () => {
    expect(account.try('right', live)).toBe('opened');
    expect(counters()).toEqual({ begun: 1n, opened: 1n, failures: 0 });
    expect(account.event).toBe(VaultEvent.OPENED);
  });

  it('that is right forgives those in a row before it, but they still add up', () => {
    account.fail(4, live);
    account.try('right', live);
    account.fail(3, live);
    expect(counters()).toEqual({ begun: 8n, opened: 5n, failures: 7 });
    expect(account.describe()).toMatchObject({ guessesLeft: 7, failuresSinceOpening: 3 });
  });

  it('counts against the account: live and candidate share the counters', async () => {
    const candidate = await account.deal('new', { owner: live.owner });
    account.send(signPropose(account.target, candidate));
    account.fail(2, live);
    account.fail(2, candidate);
    expect(account.describe().guessesLeft).toBe(6);
    expect(account.try('right', live)).toBe('opened');
    expect(account.describe().guessesLeft).toBe(10);
  });

  it('tells how many are left and when the next may be made', () => {
    const { begun } = account.begin('wrong', live);
    expect(begun).toMatchObject({ guessesLeft: 9, waitUntil: 0n });
  });
});

describe('the same KE1 again', () => {
  it('gets the same reply and is not counted again', () => {
    const guess = account.newGuess('right', live);
    const request = guess.beginRequest(account.vault.vaultId);
    const first = account.send(request);
    const after = account.record;
    account.clock.advance(minute);
    expect(account.send(request)).toEqual(first);
    expect(account.record).toBe(after);
  });

  it('tells its event again, as the same one: the front door may have lost the first answer', () => {
    const request = account.newGuess('wrong', live).beginRequest(account.vault.vaultId);
    account.send(request);
    const { eventId, isRepetition } = account.last!;
    expect(eventId).toHaveLength(16);
    expect(isRepetition).toBeFalsy();
    account.send(request);
    expect(account.last).toMatchObject({ event: VaultEvent.GUESS_COUNTED, eventId, isRepetition: true });
    account.fail(1, live);
    expect(account.last!.eventId).not.toEqual(eventId);
    // Counted a second time, it is another event.
    account.send(request);
    expect(account.last).toMatchObject({ event: VaultEvent.GUESS_COUNTED });
    expect(account.last!.isRepetition).toBeFalsy();
    expect(account.last!.eventId).not.toEqual(eventId);
  });

  it('is a new guess at another generation, and after another guess', async () => {
    const candidate = await account.deal('new', { owner: live.owner });
    account.send(signPropose(account.target, candidate));
    const request = account.newGuess('right', live).beginRequest(account.vault.vaultId);
    const ke1 = (request.value as { ke1: Uint8Array }).ke1;
    account.send(request);
    account.send({ case: 'begin', value: { generation: candidate.generation, ke1 } });
    account.send(request);
    expect(counters().begun).toBe(3n);
  });

  it('is answered during a wait and after the last guess', () => {
    account.fail(4, live);
    const fifth = account.newGuess('wrong', live).beginRequest(account.vault.vaultId);
    const reply = account.send(fifth);
    expect(account.describe().waitUntil).toBeGreaterThan(0n);
    expect(account.send(fifth)).toEqual(reply);
    account.waitAsTold();
    account.fail(4, live);
    account.waitAsTold();
    const last = account.newGuess('wrong', live).beginRequest(account.vault.vaultId);
    const lastReply = account.send(last);
    expect(account.event).toBe(VaultEvent.LAST_GUESS_COUNTED);
    const { eventId } = account.last!;
    expect(account.send(last)).toEqual(lastReply);
    expect(account.last).toMatchObject({ event: VaultEvent.LAST_GUESS_COUNTED, eventId, isRepetition: true });
    expect(counters().begun).toBe(10n);
  });
});

describe('waits', () => {
  const waits = [0, 0, 0, 0, minute, 30 * minute, 6 * hour, 24 * hour, 48 * hour];

  it('come after failures 5 to 9, and nothing is evaluated before they end', () => {
    for (const [i, wait] of waits.entries()) {
      const { begun } = account.begin('wrong', live);
      expect(begun.waitUntil).toBe(wait === 0 ? 0n : untilNow(wait));
      if (wait === 0) continue;
      const until = untilNow(wait);
      account.clock.advance(wait - 1);
      const early = account.send(account.newGuess('right', live).beginRequest(account.vault.vaultId));
      expect(early).toMatchObject({
        case: 'refused',
        value: { code: 'must-wait', until, guessesLeft: 9 - i },
      });
      expect(counters().begun).toBe(BigInt(i + 1));
      account.clock.advance(1);
    }
    expect(account.describe()).toMatchObject({ guessesLeft: 1, waitUntil: 0n });
  });

  it('are lifted by a right guess', () => {
    account.fail(7, live);
    account.waitAsTold();
    expect(account.try('right', live)).toBe('opened');
    expect(account.describe()).toMatchObject({ guessesLeft: 10, waitUntil: 0n });
    expect(account.try('wrong', live)).toBe('wrong-password');
    expect(account.describe().waitUntil).toBe(0n);
  });

  it('are lifted by the owner, by Heal', () => {
    account.fail(6, live);
    expect(account.describe().waitUntil).toBeGreaterThan(0n);
    account.send(signHeal(account.target, live));
    expect(account.describe()).toMatchObject({ guessesLeft: 10, waitUntil: 0n });
  });
});

describe('failures', () => {
  it('are forgotten one a week', () => {
    account.fail(3, live);
    account.try('right', live);
    expect(counters().failures).toBe(3);
    for (const [wait, left] of [
      [week - 1, 3],
      [1, 2],
      [week, 1],
      [3 * week, 0],
    ] as const) {
      account.clock.advance(wait);
      account.begin('right', live);
      expect(counters().failures).toBe(left + 1);
      account.record!.failures -= 1;
    }
  });

  it('in a row are not forgotten by waiting', () => {
    account.fail(9, live);
    account.clock.advance(520 * week);
    expect(account.describe().guessesLeft).toBe(1);
  });

  it('start their week when the first one is counted', () => {
    account.clock.advance(3 * week + 4 * day);
    account.fail(1, live);
    account.clock.advance(week - 1);
    account.begin('wrong', live);
    expect(counters().failures).toBe(2);
  });

  it('stop guesses at their limit, whatever was opened between', () => {
    for (let failed = 4; failed < 100; failed += 4) {
      account.fail(4, live);
      expect(account.try('right', live)).toBe('opened');
    }
    account.fail(4, live);
    expect(account.describe()).toMatchObject({ locked: true, slots: [{ exhausted: true }] });
    expect(account.try('right', live)).toBe('locked');
  });

  it('over the limit lock what is proposed later, but leave it whole until some are forgotten', async () => {
    account.record!.failures = 100;
    account.record!.failuresSince = untilNow(0);
    const next = await account.deal('new', { owner: live.owner });
    account.send(signPropose(account.target, next));
    expect(account.try('new', next)).toBe('locked');
    account.send(signHeal(account.target, live));
    expect(account.try('new', next)).toBe('locked');
    account.clock.advance(week);
    expect(account.try('new', next)).toBe('opened');
  });
});

describe('malformed and misdirected requests', () => {
  it('are refused before anything is counted', () => {
    const good = account.newGuess('right', live).beginRequest(account.vault.vaultId);
    const { ke1 } = good.value as { ke1: Uint8Array };
    const offCurve = new Uint8Array(ke1).fill(255, 0, 32);
    const identity = new Uint8Array(ke1).fill(0, 0, 32);
    const noKeyShare = new Uint8Array(ke1).fill(0, 64, 96);
    for (const bad of [new Uint8Array(), ke1.subarray(1), offCurve, identity, noKeyShare]) {
      const reply = account.send({ case: 'begin', value: { generation: live.generation, ke1: bad.slice() } });
      expect(refusalOf(reply)).toBe('malformed');
    }
    for (const generation of [new Uint8Array(), new Uint8Array(16)]) {
      const reply = account.send({ case: 'begin', value: { generation, ke1 } });
      expect(refusalOf(reply)).toBe('stale');
    }
    expect(counters()).toEqual({ begun: 0n, opened: 0n, failures: 0 });
  });

  it('of an account without a record find nothing and leave nothing', () => {
    const empty = new RulesAccount();
    const reply = empty.send(empty.newGuess('right', live).beginRequest(empty.vault.vaultId));
    expect(refusalOf(reply)).toBe('not-registered');
    expect(refusalOf(empty.send({ case: undefined }))).toBe('malformed');
    expect(empty.record).toBeUndefined();
    expect(valueOf(empty.send({ case: 'describe', value: {} }), 'described').guessesLeft).toBe(10);
  });
});
