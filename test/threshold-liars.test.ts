import { ownerSeed } from '@strongroom/archive';
import { checkPassword, type Device } from '@strongroom/client';
import { isStrongroomError, randomBytes, Secret, toHex, type ErrorDetails } from '@strongroom/core';
import { TestOwner } from '@strongroom/vault/testing';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  beginning,
  describing,
  finishing,
  instead,
  inventedSlot,
  ke2,
  refusal,
  replaying,
  strayElement,
  withBytes,
} from './kit/lies.ts';
import { codeOf, ThresholdFleet } from './kit/threshold-fleet.ts';
import type { Lie } from './kit/vault-mouth.ts';

const right = 'mint garage 42';
const wrong = 'mint garage 43';
const far = BigInt(Date.UTC(2999, 0, 1));

/** What a vault may lie about, and what it is accused of; where it merely is outvoted, of nothing. */
const lies: readonly (readonly [what: string, lie: () => Lie, accused: string | undefined])[] = [
  [
    'a wrong evaluation',
    () => beginning((truth) => withBytes(truth, ke2.evaluatedMessage, strayElement())),
    'its proof is wrong',
  ],
  [
    'an evaluation that is no group element',
    () => beginning((truth) => withBytes(truth, ke2.evaluatedMessage, randomBytes(32).fill(255))),
    'its answer is malformed',
  ],
  ['a wrong proof', () => beginning(() => ({ proof: randomBytes(64).fill(0, 32) })), 'its proof is wrong'],
  ['no proof', () => beginning(() => ({ proof: new Uint8Array() })), 'its proof is wrong'],
  [
    'other public shares of others',
    () => beginning(({ publicShares: [own, , third] }) => ({ publicShares: [own!, strayElement(), third!] })),
    'it disagrees with the other vaults',
  ],
  [
    'another public share of its own',
    () =>
      beginning(({ publicShares: [, second, third] }) => ({
        publicShares: [strayElement(), second!, third!],
      })),
    'its proof is wrong',
  ],
  [
    'fewer public shares',
    () => beginning((truth) => ({ publicShares: truth.publicShares.slice(1) })),
    'its answer is malformed',
  ],
  [
    'stretching that would take all memory',
    () => beginning(({ stretch }) => ({ stretch: { ...stretch!, memoryKib: 2 ** 31 } })),
    'it disagrees with the other vaults',
  ],
  [
    'a masked response that is garbage',
    () => beginning((truth) => withBytes(truth, ke2.maskedResponse, randomBytes(128))),
    'its envelope does not open',
  ],
  [
    'a wrong MAC',
    () => beginning((truth) => withBytes(truth, ke2.serverMac, randomBytes(64))),
    'its MAC is wrong',
  ],
  [
    'another server nonce',
    () => beginning((truth) => withBytes(truth, ke2.serverNonce, randomBytes(32))),
    'its MAC is wrong',
  ],
  [
    'a KE2 cut short',
    () => beginning((truth) => ({ ke2: truth.ke2.subarray(1) })),
    'its answer is malformed',
  ],
  ['an old answer to a guess', replaying, 'its proof is wrong'],
  ['a ticket that is none', () => beginning(() => ({ ticket: randomBytes(200) })), undefined],
  [
    'an answer to Finish that is garbage',
    () => finishing(() => ({ ciphertext: randomBytes(64) })),
    undefined,
  ],
  ['an answer to Finish without a nonce', () => finishing(() => ({ nonce: new Uint8Array() })), undefined],
  ['nothing registered', () => describing(() => ({ slots: [] })), undefined],
  [
    'locked',
    () =>
      describing(({ slots }) => ({
        locked: true,
        guessesLeft: 0,
        slots: slots.map((slot) => ({ ...slot, exhausted: true })),
      })),
    undefined,
  ],
  ['no guesses left', () => describing(() => ({ guessesLeft: 0 })), undefined],
  ['a wait of centuries', () => describing(() => ({ waitUntil: far })), undefined],
  ['a registration that nobody made', () => describing(inventedSlot), undefined],
  [
    'every registration thrice',
    () => describing(({ slots }) => ({ slots: [...slots, ...slots, ...slots] })),
    undefined,
  ],
  ['a refusal of the guess: none registered', () => instead('begun', refusal('not-registered')), undefined],
  ['a refusal of the guess: locked', () => instead('begun', refusal('locked')), undefined],
  ['a refusal of the guess: wait', () => instead('begun', refusal('must-wait', far)), undefined],
  ['a refusal with a code of its own', () => instead('begun', refusal('you-are-free')), undefined],
  ['a refusal of Finish', () => instead('finished', refusal('not-authorised')), undefined],
  [
    'another kind of reply',
    () => instead('begun', { case: 'accepted', value: { anchor: randomBytes(16) } as never }),
    undefined,
  ],
  [
    'a description that is no message',
    () => instead('described', randomBytes(100).fill(255, 0, 4)),
    undefined,
  ],
  [
    'an answer to a guess that is no message',
    () => instead('begun', randomBytes(100).fill(255, 0, 4)),
    undefined,
  ],
];

let fleet: ThresholdFleet;
let phone: Device;

beforeAll(async () => {
  fleet = await ThresholdFleet.open({ threshold: 2, vaults: 3, mouths: [1] });
  phone = await fleet.turnOn(right);
});

beforeEach(async () => {
  fleet.unreachable.clear();
  fleet.mouth(1).lie = (truth) => truth;
  // Counters back together, whatever the test before did to them.
  await checkPassword(phone, new Secret(right));
});

describe('one vault of three is outvoted, and named where it can be, that says', () => {
  test.each(lies)('%s', async (_, lie, accused) => {
    fleet.mouth(1).lie = lie();
    if (lie === replaying) await checkPassword(phone, new Secret(right));
    const { misbehaved } = await checkPassword(phone, new Secret(right));
    const vaultId = toHex(fleet.directory.vaults[0]!.vaultId);
    expect(misbehaved).toEqual(accused === undefined ? [] : [{ vaultId, reason: accused }]);

    // A wrong password stays one, with figures that the liar has no part in.
    expect(await wrongGuess()).toEqual({ guessesLeft: 9, waitUntil: null, unfinishedChange: false });

    // With only one honest vault beside it, it can keep the backup shut, but not call the right password wrong.
    fleet.unreachable.add(3);
    const honest = ['ok', 'unavailable', 'vault-misbehaved', 'must-wait', 'malformed'];
    expect(honest).toContain(await codeOf(checkPassword(phone, new Secret(right))));
  });
});

async function wrongGuess(): Promise<ErrorDetails['wrong-password'] | undefined> {
  const error: unknown = await checkPassword(phone, new Secret(wrong)).catch((reason: unknown) => reason);
  return isStrongroomError(error, 'wrong-password') ? error.details : undefined;
}

test('what is said of a wrong guess is what enough vaults vouch for', async () => {
  fleet.mouth(1).lie = beginning(() => ({ guessesLeft: 0, waitUntil: far }));
  expect(await wrongGuess()).toEqual({ guessesLeft: 9, waitUntil: null, unfinishedChange: false });
});

test('a vault that keeps another sealed key than it was given is passed over', async () => {
  const three = await ThresholdFleet.open({ threshold: 2, vaults: 3 });
  const requests = three.requests();
  const backupKey = randomBytes(32);
  const owner = new TestOwner(await ownerSeed(new Secret(backupKey)));
  const dealt = await requests.deal(right, { backupKey, owner });
  dealt.credentials.get(toHex(requests.vault(1).vaultId))!.sealedKey = randomBytes(48);
  for (const index of three.indexes) await requests.propose(index, dealt);
  for (const index of three.indexes) await requests.commit(index, dealt);
  const device = await three.holding(backupKey);
  expect(await codeOf(checkPassword(device, new Secret(right)))).toBe('ok');
});

test('two liars of five do not keep the other three from opening', async () => {
  const five = await ThresholdFleet.open({ threshold: 3, vaults: 5, mouths: [2, 4] });
  const device = await five.turnOn(right);
  five.mouth(2).lie = beginning((truth) => withBytes(truth, ke2.evaluatedMessage, strayElement()));
  five.mouth(4).lie = beginning((truth) => withBytes(truth, ke2.serverMac, randomBytes(64)));
  const { misbehaved } = await checkPassword(device, new Secret(right));
  expect(misbehaved.map(({ reason }) => reason).toSorted()).toEqual([
    'its MAC is wrong',
    'its proof is wrong',
  ]);
  expect(await codeOf(checkPassword(device, new Secret(wrong)))).toBe('wrong-password');
});
