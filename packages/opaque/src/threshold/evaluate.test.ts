import { randomBytes } from '@strongroom/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { ready } from '../sodium.ts';
import { beginRetrieval } from './begin.ts';
import { evaluate, generateAkeKeyPair, isKe1, parseKe1 } from './evaluate.ts';
import { finishKey } from './finish.ts';
import { answerAs, begin, makeFleet, rightPassword } from './fleet.fixture.ts';

beforeAll(ready);

const malformed = expect.objectContaining({ code: 'malformed' });

describe('KE1, before a guess is counted', () => {
  const vaultId = randomBytes(16);
  const honest = () => beginRetrieval({ password: rightPassword, vaultIds: [vaultId] }).ke1For(vaultId);

  test('is three parts of 32 bytes', () => {
    const ke1 = honest();
    expect(isKe1(ke1)).toBe(true);
    const { blindedMessage, clientNonce, clientPublicKeyshare } = parseKe1(ke1);
    expect([...blindedMessage, ...clientNonce, ...clientPublicKeyshare]).toEqual([...ke1]);
  });

  test.each([
    ['nothing', () => new Uint8Array(0)],
    ['a byte too few', () => honest().slice(1)],
    ['a byte too many', () => new Uint8Array([...honest(), 0])],
    ['the identity as blinded element', () => honest().fill(0, 0, 32)],
    ['a blinded element that is none', () => honest().fill(0xff, 0, 32)],
    ['the identity as key share', () => honest().fill(0, 64)],
    ['a key share that is none', () => honest().fill(0xff, 64)],
  ])('of %s is refused', (_, make) => {
    expect(isKe1(make())).toBe(false);
    expect(() => parseKe1(make())).toThrowError(malformed);
  });

  test('that is malformed is not answered either', async () => {
    const fleet = await makeFleet(1, 1);
    expect(() => answerAs(fleet.vaults[0]!, fleet, honest().fill(0, 0, 32))).toThrowError(malformed);
  });

  test('goes only to vaults that are asked, of which there are 1 to 8', () => {
    const state = beginRetrieval({ password: rightPassword, vaultIds: [vaultId] });
    expect(() => state.ke1For(randomBytes(16))).toThrowError(malformed);
    for (const count of [0, 9]) {
      const vaultIds = Array.from({ length: count }, () => randomBytes(16));
      expect(() => beginRetrieval({ password: rightPassword, vaultIds })).toThrowError(malformed);
    }
  });
});

describe('an evaluation', () => {
  test('of the same KE1 is fresh each time, but for the evaluated element', async () => {
    const fleet = await makeFleet(2, 3);
    const [vault] = fleet.vaults;
    const ke1 = begin(fleet).ke1For(vault!.vaultId);
    const [first, second] = [1, 2].map(() => answerAs(vault!, fleet, ke1).evaluation);
    expect(first!.ke2.slice(0, 32)).toEqual(second!.ke2.slice(0, 32));
    expect(first!.ke2.slice(32, 64)).not.toEqual(second!.ke2.slice(32, 64));
    expect(first!.proof).not.toEqual(second!.proof);
    expect(first!.sessionKey).not.toEqual(second!.sessionKey);
    expect(first!.expectedClientMac).not.toEqual(second!.expectedClientMac);
  });

  test('has the sizes that a vault stores and sends', async () => {
    const fleet = await makeFleet(2, 3);
    const [vault] = fleet.vaults;
    const { evaluation } = answerAs(vault!, fleet, begin(fleet).ke1For(vault!.vaultId));
    const { ke2, proof, expectedClientMac, sessionKey } = evaluation;
    expect(
      [ke2, proof!, expectedClientMac, sessionKey, finishKey(sessionKey)].map(({ length }) => length),
    ).toEqual([320, 64, 64, 64, 32]);
  });

  test('changes nothing it was given', async () => {
    const fleet = await makeFleet(2, 3);
    const [vault] = fleet.vaults;
    const before = structuredClone(vault!);
    answerAs(vault!, fleet, begin(fleet).ke1For(vault!.vaultId));
    expect(vault).toEqual(before);
  });

  test('with a share that was erased is refused', async () => {
    const fleet = await makeFleet(2, 3);
    const vault = fleet.vaults[0]!;
    const ke1 = begin(fleet).ke1For(vault.vaultId);
    const erased = { ...vault.credential, keyShare: new Uint8Array(0) };
    const guess = { ...vault, ...fleet, threshold: 2, ke1, credential: erased };
    expect(() => evaluate(guess)).toThrowError(malformed);
    expect(() => evaluate({ ...guess, credential: { ...vault.credential, index: 4 } })).toThrowError(
      malformed,
    );
  });
});

test('a vault’s AKE key pair is new each time', () => {
  const [first, second] = [generateAkeKeyPair(), generateAkeKeyPair()];
  expect([first.privateKey.length, first.publicKey.length]).toEqual([32, 32]);
  expect(first.publicKey).not.toEqual(second.publicKey);
});
