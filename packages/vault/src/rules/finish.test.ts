import { randomBytes, toHex } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { VaultEvent } from '@strongroom/wire/vault';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  hour,
  refusalOf,
  RulesAccount,
  signCommit,
  signDrop,
  signPropose,
  valueOf,
  type BegunGuess,
  type Dealt,
} from '../testing/index.ts';

beforeAll(ready);

let account: RulesAccount;
let live: Dealt;
beforeEach(async () => {
  account = new RulesAccount();
  live = await account.register('right');
});

function rightGuess(dealt = live, password = 'right') {
  const guess = account.begin(password, dealt);
  if (guess.result === 'wrong-password') throw new Error(guess.result);
  return { ...guess, result: guess.result };
}
const finishValue = (guess: BegunGuess) => {
  if (guess.result === 'wrong-password') throw new Error(guess.result);
  const request = guess.result.finishRequest(account.vault.vaultId, guess.begun.ticket);
  return request.value as { ticket: Uint8Array; ke3: Uint8Array };
};
const send = (value: { ticket: Uint8Array; ke3: Uint8Array }) => account.send({ case: 'finish', value });

describe('Finish', () => {
  it('gives the backup key, and how many guesses failed since the last opening', async () => {
    account.fail(3, live);
    const guess = rightGuess();
    const finished = valueOf(account.finish(guess), 'finished');
    const { backupKey, body } = await guess.result.open(account.vault.vaultId, finished);
    expect(toHex(backupKey)).toBe(toHex(live.backupKey));
    expect(body.failuresSinceOpening).toBe(3);
  });

  it('may be repeated: it says the same and changes nothing more', async () => {
    account.fail(2, live);
    const guess = rightGuess();
    account.finish(guess);
    const after = account.record;
    const { eventId } = account.last!;
    expect(eventId).toHaveLength(16);
    const again = valueOf(account.finish(guess), 'finished');
    expect(account.record).toBe(after);
    expect(account.last).toMatchObject({ event: VaultEvent.OPENED, eventId, isRepetition: true });
    const { body } = await guess.result.open(account.vault.vaultId, again);
    expect(body.failuresSinceOpening).toBe(2);
  });

  it('of an older guess than one that opened answers and changes nothing', () => {
    const [older, newer] = [rightGuess(), rightGuess()];
    account.finish(newer);
    const after = account.record;
    expect(account.finish(older).case).toBe('finished');
    expect(account.record).toBe(after);
    expect(account.record).toMatchObject({ begun: 2n, opened: 2n, failures: 1 });
  });

  it('of the older guess first, counts both', () => {
    const [older, newer] = [rightGuess(), rightGuess()];
    account.finish(older);
    account.finish(newer);
    expect(account.record).toMatchObject({ begun: 2n, opened: 2n, failures: 0 });
  });

  it('with a wrong KE3 is refused, and the guess stays a failure', () => {
    const { ticket, ke3 } = finishValue(rightGuess());
    const wrong = ke3.slice();
    wrong[63]! ^= 1;
    for (const bad of [wrong, ke3.subarray(1).slice(), new Uint8Array(), new Uint8Array(64)])
      expect(refusalOf(send({ ticket, ke3: bad }))).toBe('not-authorised');
    expect(account.record).toMatchObject({ begun: 1n, opened: 0n, failures: 1 });
  });

  it('with the KE3 of another guess is refused', () => {
    const [first, second] = [finishValue(rightGuess()), finishValue(rightGuess())];
    expect(refusalOf(send({ ticket: first.ticket, ke3: second.ke3 }))).toBe('not-authorised');
  });

  it('of a candidate opens it before it is committed, and after', async () => {
    const candidate = await account.deal('new', { owner: live.owner });
    account.send(signPropose(account.target, candidate));
    const guess = rightGuess(candidate, 'new');
    expect(account.finish(guess).case).toBe('finished');
    account.send(signCommit(account.target, candidate));
    expect(account.finish(guess).case).toBe('finished');
  });

  it('of what was replaced or dropped is stale: an old password opens nothing', async () => {
    const old = rightGuess();
    const candidate = await account.deal('new', { owner: live.owner });
    account.send(signPropose(account.target, candidate));
    const dropped = rightGuess(candidate, 'new');
    account.send(signDrop(account.target, candidate, live.owner));
    expect(refusalOf(account.finish(dropped))).toBe('stale');
    const next = await account.deal('newer', { owner: live.owner });
    account.send(signPropose(account.target, next));
    account.send(signCommit(account.target, next));
    expect(refusalOf(account.finish(old))).toBe('stale');
  });
});

describe('a ticket', () => {
  it('may be brought back for an hour', () => {
    const guess = rightGuess();
    account.clock.advance(hour);
    expect(account.finish(guess).case).toBe('finished');
    account.clock.advance(1);
    expect(refusalOf(account.finish(guess))).toBe('stale');
  });

  it('is refused when altered anywhere, cut, or invented', () => {
    const { ticket, ke3 } = finishValue(rightGuess());
    for (let at = 0; at < ticket.length; at += 7) {
      const altered = ticket.slice();
      altered[at]! ^= 1;
      expect(refusalOf(send({ ticket: altered, ke3 }))).toBe('malformed');
    }
    for (const bad of [ticket.slice(0, -1), ticket.slice(0, 27), new Uint8Array(), randomBytes(2000)])
      expect(refusalOf(send({ ticket: bad, ke3 }))).toBe('malformed');
  });

  it('is of one account, one tenant and one vault', async () => {
    const { ticket, ke3 } = finishValue(rightGuess());
    const finish = { case: 'finish', value: { ticket, ke3 } } as const;
    const others: Record<string, object> = {
      account: { accountId: randomBytes(16) },
      tenant: { tenant: 'other' },
      vault: { vault: { ...account.vault, vaultId: randomBytes(16) } },
      key: { vault: { ...account.vault, ticketKey: randomBytes(32) } },
    };
    const answers = Object.entries(others).map(([name, change]) => {
      const other = Object.assign(new RulesAccount(), account, change);
      return `${name}: ${refusalOf(other.send(finish))}`;
    });
    expect(answers).toEqual(Object.keys(others).map((name) => `${name}: malformed`));
    expect(account.send(finish).case).toBe('finished');
  });

  it('tells whoever carries it nothing: not the session key, not the expected KE3', () => {
    const { ticket, ke3 } = finishValue(rightGuess());
    expect(toHex(ticket)).not.toContain(toHex(ke3));
    expect(ticket.length).toBeLessThan(300);
  });
});
