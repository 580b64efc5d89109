import { randomBytes, toHex, utf8 } from '@strongroom/core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ready } from '../sodium.ts';
import { wipeRetrieval } from './begin.ts';
import { checkKe3, openFinish, sealFinish } from './finish.ts';
import {
  answerAll,
  begin,
  cheapStretch,
  finish,
  flipBit,
  makeFleet,
  resultOf,
  rightPassword,
  type Fleet,
} from './fleet.fixture.ts';
import { finishRetrieval, type Opened, type RetrievalOutcome } from './retrieve.ts';
import { openSealedKey } from './sealed-key.ts';

beforeAll(ready);

/** Every t and n with t > n/2, up to 5 vaults, and the largest there may be. */
const shapes = [1, 2, 3, 4, 5]
  .flatMap((n) => [1, 2, 3, 4, 5].filter((t) => t <= n && 2 * t > n).map((t) => [t, n] as const))
  .concat([[5, 8]]);

const anyShape = fc.constantFrom(...shapes);

function opened(outcome: RetrievalOutcome): Opened {
  if (outcome.outcome !== 'opened') throw new Error(outcome.outcome);
  return outcome;
}

async function backupKeyFrom(fleet: Fleet, { rwd }: Opened, index: number): Promise<string> {
  const { sealedKey } = fleet.vaults[index - 1]!.credential;
  return toHex(await openSealedKey(rwd, fleet.generation, fleet.accountId, sealedKey));
}

describe.each(shapes)('%i of %i vaults', (t, n) => {
  test('give the backup key back to the right password', async () => {
    const fleet = await makeFleet(t, n);
    const state = begin(fleet);
    const said = answerAll(fleet, state);
    const result = opened(finish(fleet, state, said));
    expect(result.misbehaved).toEqual([]);
    expect(await backupKeyFrom(fleet, result, n)).toBe(toHex(fleet.backupKey));
    expect(result.opened.map(({ vaultId }) => vaultId)).toEqual(fleet.vaults.map(({ vaultId }) => vaultId));
    for (const [i, { ke3, sessionKey }] of result.opened.entries()) {
      expect(checkKe3(said[i]!.evaluation.expectedClientMac, ke3)).toBe(true);
      expect(sessionKey).toEqual(said[i]!.evaluation.sessionKey);
    }
  });

  test('say so when the password is wrong', async () => {
    const fleet = await makeFleet(t, n);
    const state = begin(fleet, utf8('mint garage 43'));
    expect(resultOf(fleet, () => finish(fleet, state, answerAll(fleet, state)))).toBe('wrong-password');
  });

  test('send a proof exactly when there is something to tell apart', async () => {
    const fleet = await makeFleet(t, n);
    const lengths = answerAll(fleet, begin(fleet)).map(({ answer }) => answer.proof?.length);
    expect(lengths).toEqual(Array.from({ length: n }, () => (n > 1 ? 64 : undefined)));
  });
});

describe('for any t of n', () => {
  test('any t answers in any order open, and any t - 1 never do', async () => {
    await fc.assert(
      fc.asyncProperty(anyShape, fc.infiniteStream(fc.nat()), async ([t, n], numbers) => {
        const fleet = await makeFleet(t, n);
        const state = begin(fleet);
        const shuffled = answerAll(fleet, state)
          .map((said) => ({ said, rank: numbers.next().value }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ said }) => said);
        const few = shuffled.slice(0, t - 1);
        const unavailable = `unavailable ${JSON.stringify({ answered: t - 1, needed: t })}`;
        expect(resultOf(fleet, () => finish(fleet, state, few))).toBe(unavailable);
        const result = opened(finish(fleet, state, shuffled.slice(0, t)));
        expect(result.opened).toHaveLength(t);
        expect(await backupKeyFrom(fleet, result, 1)).toBe(toHex(fleet.backupKey));
      }),
      { numRuns: 25 },
    );
  });

  test('every t answers give the same rwd', async () => {
    const fleet = await makeFleet(2, 3);
    const state = begin(fleet);
    const [a, b, c] = answerAll(fleet, state) as [never, never, never];
    const found = [
      [a, b],
      [b, c],
      [c, a],
      [a, b, c],
    ].map((said) => toHex(opened(finish(fleet, state, said)).rwd));
    expect(new Set(found).size).toBe(1);
  });

  test('a wrong password never opens, whatever it is', async () => {
    const fleet = await makeFleet(2, 3);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (password) => {
        fc.pre(toHex(password) !== toHex(rightPassword));
        const state = begin(fleet, password);
        expect(resultOf(fleet, () => finish(fleet, state, answerAll(fleet, state)))).toBe('wrong-password');
      }),
      { numRuns: 30 },
    );
  });
});

describe('a guess', () => {
  test('stretches once, with the parameters that were registered', async () => {
    const fleet = await makeFleet(3, 5);
    const state = begin(fleet);
    const answers = answerAll(fleet, state).map(({ answer }) => answer);
    const asked: unknown[] = [];
    const stretch: typeof cheapStretch = (input, parameters) => {
      asked.push(parameters);
      return cheapStretch(input, parameters);
    };
    expect(finishRetrieval(state, answers, { ...fleet, stretch }).outcome).toBe('opened');
    expect(asked).toEqual([{ memoryKiB: 65_536, passes: 3, lanes: 1 }]);
  });

  test('sends every vault the same blinded element, and nothing else that is the same', async () => {
    const fleet = await makeFleet(2, 3);
    const state = begin(fleet);
    const parts = fleet.vaults.map(({ vaultId }) => state.ke1For(vaultId));
    expect(parts.map((ke1) => ke1.length)).toEqual([96, 96, 96]);
    expect(new Set(parts.map((ke1) => toHex(ke1.slice(0, 32)))).size).toBe(1);
    expect(new Set(parts.map((ke1) => toHex(ke1.slice(32, 64)))).size).toBe(3);
    expect(new Set(parts.map((ke1) => toHex(ke1.slice(64)))).size).toBe(3);
    expect(toHex(begin(fleet).blindedElement)).not.toBe(toHex(state.blindedElement));
  });

  test('may be finished again when more answers have come, until it is wiped', async () => {
    const fleet = await makeFleet(2, 3);
    const state = begin(fleet);
    const said = answerAll(fleet, state);
    expect(resultOf(fleet, () => finish(fleet, state, said.slice(0, 1)))).toMatch(/^unavailable/);
    expect(finish(fleet, state, said).outcome).toBe('opened');
    expect(finish(fleet, state, said).outcome).toBe('opened');
    wipeRetrieval(state);
    expect(resultOf(fleet, () => finish(fleet, state, said))).toMatch(/^malformed/);
  });

  test('shows its secrets to nobody who prints it', async () => {
    const fleet = await makeFleet(1, 1);
    const state = begin(fleet);
    expect(JSON.parse(JSON.stringify(state))).toMatchObject({
      password: '[secret]',
      blind: '[secret]',
      requests: [{ clientSecret: '[secret]' }],
    });
  });

  test('is for one tenant and one account', async () => {
    const fleet = await makeFleet(2, 3);
    const state = begin(fleet);
    const said = answerAll(fleet, state);
    expect(resultOf(fleet, () => finish({ ...fleet, accountId: randomBytes(16) }, state, said))).toBe(
      'wrong-password',
    );
    const elsewhere = resultOf(fleet, () => finish({ ...fleet, tenant: 'another-messenger' }, state, said));
    expect(elsewhere).toMatch(/^vault-misbehaved .*its MAC is wrong/);
  });
});

describe('KE3 and what comes after it', () => {
  test('any changed bit of KE3 is refused, and so is no MAC at all', async () => {
    const fleet = await makeFleet(1, 1);
    const state = begin(fleet);
    const said = answerAll(fleet, state);
    const { ke3 } = opened(finish(fleet, state, said)).opened[0]!;
    const { expectedClientMac } = said[0]!.evaluation;
    for (let bit = 0; bit < 512; bit++) expect(checkKe3(expectedClientMac, flipBit(ke3, bit))).toBe(false);
    expect(checkKe3(expectedClientMac, ke3.slice(1))).toBe(false);
    expect(checkKe3(new Uint8Array(0), new Uint8Array(0))).toBe(false);
  });

  test('any changed bit of the sealed key is refused, and so are another generation and account', async () => {
    const fleet = await makeFleet(1, 1);
    const state = begin(fleet);
    const { rwd } = opened(finish(fleet, state, answerAll(fleet, state)));
    const { generation, accountId } = fleet;
    const { sealedKey } = fleet.vaults[0]!.credential;
    const refusal = { code: 'malformed', details: { what: 'the sealed key' } };
    for (let bit = 0; bit < 8 * sealedKey.length; bit += 3) {
      await expect(openSealedKey(rwd, generation, accountId, flipBit(sealedKey, bit))).rejects.toMatchObject(
        refusal,
      );
    }
    const others = [
      () => openSealedKey(rwd, randomBytes(16), accountId, sealedKey),
      () => openSealedKey(rwd, generation, randomBytes(16), sealedKey),
      () => openSealedKey(randomBytes(64), generation, accountId, sealedKey),
      () => openSealedKey(rwd, generation, accountId, new Uint8Array(0)),
    ];
    for (const other of others) await expect(other()).rejects.toMatchObject(refusal);
  });

  test('the answer to Finish opens under the session key alone, as it was sealed', async () => {
    const sessionKey = randomBytes(64);
    const { nonce, ciphertext } = await sealFinish(sessionKey, utf8('sealed key and mark'));
    expect(await openFinish(sessionKey, nonce, ciphertext)).toEqual(utf8('sealed key and mark'));
    const refusal = { code: 'malformed', details: { what: 'the answer to Finish' } };
    const others = [
      () => openFinish(randomBytes(64), nonce, ciphertext),
      () => openFinish(sessionKey, flipBit(nonce, 0), ciphertext),
      () => openFinish(sessionKey, nonce.slice(1), ciphertext),
      () => openFinish(sessionKey, nonce, flipBit(ciphertext, 0)),
      () => openFinish(sessionKey, nonce, ciphertext.slice(1)),
      () => openFinish(sessionKey, nonce, new Uint8Array(0)),
    ];
    for (const other of others) await expect(other()).rejects.toMatchObject(refusal);
  });

  test('the same answer is never sealed alike twice', async () => {
    const sessionKey = randomBytes(64);
    const sealed = await Promise.all([1, 2, 3].map(() => sealFinish(sessionKey, utf8('the same'))));
    expect(new Set(sealed.map(({ nonce }) => toHex(nonce))).size).toBe(3);
  });
});
